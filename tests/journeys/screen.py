"""Use the consumption screen by the ids of its parts."""

from playwright.sync_api import Locator, Page, expect

from components.consumption.ids import Ids
from tests.journeys.visitor import Visitor

BARS = f"#{Ids.CHART} .bars .point path"


def choose(visitor: Visitor, control: str, value: str) -> None:
    """Choose *value* in a control of the bar, whose panel is opened first."""
    option = visitor.page.locator(f"#{control} input[value='{value}']")
    reveal(visitor, control)
    if option.get_attribute("type") == "radio" and option.is_checked():
        return
    word = visitor.page.locator(f"#{control} label[for='{option.get_attribute('id')}']")
    visitor.moves(word.click)


def reveal(visitor: Visitor, control: str) -> None:
    show(visitor, f"#{control}")


def show(visitor: Visitor, selector: str) -> Locator:
    """Return what *selector* finds first, after opening the panel of the bar that holds it."""
    found = visitor.page.locator(selector).first
    if not found.is_visible():
        panel = visitor.page.locator(f".bar-panel:has({selector})").get_attribute("id")
        visitor.page.locator(f"[data-opens='{panel}']").click()
        expect(found).to_be_visible()
    return found


def pick(visitor: Visitor, typed: str, number: str) -> None:
    """Type into the picker and choose the row of *number*."""
    page = visitor.page
    page.locator(f"#{Ids.PICKER}").click()
    page.locator(f"#{Ids.PICKER}").fill(typed)
    row = page.locator(f"#{Ids.PICKER_LIST} [role=option][data-value='{number}']")
    row.click()
    page.wait_for_url(lambda url: f"pce={number}" in url)
    visitor.settle()


def bars(page: Page) -> int:
    return page.locator(BARS).count()


def lead(page: Page) -> str:
    return page.locator(f"#{Ids.LEAD}").inner_text()


def query(page: Page) -> str:
    return page.url.partition("?")[2]


def open_day(visitor: Visitor) -> None:
    """Open the detail of the day whose bar is the tallest."""
    visitor.moves(lambda: drill(visitor))
    expect(visitor.page.locator(f"#{Ids.DAY_PANEL}")).to_be_visible()


def drill(visitor: Visitor) -> None:
    """Click the tallest plain bar of the chart: a bar with a pattern may show missing data."""
    visitor.page.locator(f"#{Ids.CHART}").scroll_into_view_if_needed()
    box = visitor.page.evaluate(
        """selector => {
            const plain = bar => !getComputedStyle(bar).fill.startsWith("url");
            const boxes = [...document.querySelectorAll(selector)].filter(plain).map(bar => {
                const {x, y, width, height} = bar.getBoundingClientRect();
                return {x, y, width, height};
            });
            const wide = boxes.filter(box => box.height > 4 && box.width > 2);
            return wide.sort((one, other) => other.height - one.height)[0];
        }""",
        BARS,
    )
    visitor.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
