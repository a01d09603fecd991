// @ts-check
/* Pictures of the chart. Its words are HTML over the plot: a picture has them back in the figure, with a
   title, a legend and the source. */
const consumptionPicture = (() => {
  "use strict";

  const SIZE = { width: 1280, height: 640 };
  const MARGIN = { l: 84, r: 64, t: 72, b: 124 };
  const TRACES = new Map([["before1", "n-1"], ["before0", "reference"], ["awaited", "absent"]]);

  /** @typedef {{title: string, unit: string, source: string}} Words
   * @typedef {{at: number, text: string}} Place */

  /** Keep what a person wrote from being read as tags.
   * @param {string} text */
  function escapeTags(text) {
    return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  }

  /** Return the traces named as the legend names them; those that it does not name stay out of it.
   * @param {any[]} traces @param {Map<string, string>} names of the legend, by drawing */
  function nameTraces(traces, names) {
    const words = new Map([...names].map(([drawing, word]) => [TRACES.get(drawing) ?? drawing, word]));
    return traces.map((trace) => ({ ...trace, showlegend: words.has(trace.name), name: words.get(trace.name) ?? trace.name }));
  }

  /** Return a figure that says by itself what its page says around it.
   * @param {{data: any[], layout: any}} figure @param {Words} words @param {Place[]} ticks
   * @param {Place[]} events @param {Map<string, string>} names @param {string} background */
  function complete({ data, layout }, words, ticks, events, names, background) {
    const font = { size: 12 };
    const onPaper = { xref: "paper", yref: "paper", showarrow: false, font, align: "left" };
    const head = { ...onPaper, x: 0, y: 1, xanchor: "left", yanchor: "bottom" };
    return {
      data: nameTraces(data, names),
      layout: {
        ...layout,
        ...SIZE,
        autosize: false,
        margin: MARGIN,
        paper_bgcolor: background,
        showlegend: true,
        legend: { orientation: "h", x: 0, y: -0.13, xanchor: "left", yanchor: "top" },
        xaxis: {
          ...layout.xaxis,
          showticklabels: true,
          tickmode: "array",
          tickvals: ticks.map(({ at }) => at),
          ticktext: ticks.map(({ text }) => text),
        },
        yaxis: { ...layout.yaxis, showticklabels: true },
        annotations: [
          { ...head, text: `<b>${escapeTags(words.title)}</b>`, font: { size: 18 }, yshift: 34 },
          { ...head, text: escapeTags(words.unit), yshift: 10 },
          { ...onPaper, text: escapeTags(words.source), x: 0, y: 0, xanchor: "left", yanchor: "top", yshift: -100 },
          ...events.map(({ at, text }) => ({ ...onPaper, xref: "x", x: at, y: 1, xanchor: "left", yanchor: "top", text })),
        ],
      },
    };
  }

  /* ---- What the page says around the plot ---- */

  /** @param {HTMLElement} element */
  function wideText(element) {
    const copy = /** @type {HTMLElement} */ (element.cloneNode(true));
    portal.all(".consumption-short", copy).forEach((short) => short.remove());
    return copy;
  }

  /** Return where a label stands, in columns, from its share of the width.
   * @param {HTMLElement} element @param {number} wide columns of the plot */
  function columnOf(element, wide) {
    return (Number.parseFloat(element.style.left) / 100) * wide - 0.5;
  }

  /** @param {string} selector @param {number} wide @param {(element: HTMLElement) => string} text
   * @returns {Place[]} */
  function placesOf(selector, wide, text) {
    return portal.all(`#consumption-over ${selector}`).map((element) => ({
      at: columnOf(element, wide),
      text: text(wideText(element)),
    }));
  }

  /** @returns {Map<string, string>} the words of the legend, by drawing */
  function legendNames() {
    return new Map(
      portal.all("#consumption-legend li").map((item) => {
        const swatch = item.querySelector(".swatch");
        const drawing = [...(swatch?.classList ?? [])].find((name) => name.startsWith("swatch-")) ?? "";
        return [drawing.replace("swatch-", ""), escapeTags(wideText(item).textContent ?? "")];
      }),
    );
  }

  /** @param {HTMLElement} element */
  function lines(element) {
    return [...element.children].map((line) => escapeTags(line.textContent ?? "")).join("<br>");
  }

  /** @param {HTMLElement} button */
  async function save(button) {
    const graph = /** @type {any} */ (document.querySelector("#consumption-chart .js-plotly-plot"));
    const { picture: format = "png", title = "", unit = "", source = "", file = "chart" } = button.dataset;
    if (!graph?.data) return;
    const [low, high] = graph.layout.xaxis.range;
    const wide = high - low;
    const ticks = placesOf(".consumption-tick", wide, lines);
    const events = placesOf(".consumption-event", wide, (event) =>
      escapeTags(event.querySelector(".consumption-event-words")?.textContent ?? ""),
    );
    const background = getComputedStyle(document.documentElement).getPropertyValue("--surface").trim();
    const words = { title, unit, source: `${source} · ${window.location.host}` };
    const figure = complete(graph, words, ticks, events, legendNames(), background);
    const scale = format === "png" ? 2 : 1;
    const address = await window.Plotly.toImage(figure, { ...SIZE, format, scale });
    const link = document.createElement("a");
    link.href = address;
    link.download = `${file}.${format}`;
    link.click();
  }

  document.addEventListener("click", (event) => {
    const button = portal.closest(event, "[data-picture]");
    if (button) save(button);
  });

  return { escapeTags, nameTraces, complete };
})();
