// What the scripts of assets/ find on the page, beside one another.

// Elements of the portal are HTML: a selector finds an HTMLElement.
interface ParentNode {
  querySelector<K extends keyof HTMLElementTagNameMap>(selectors: K): HTMLElementTagNameMap[K] | null;
  querySelector(selectors: string): HTMLElement | null;
  querySelectorAll<K extends keyof HTMLElementTagNameMap>(
    selectors: K,
  ): NodeListOf<HTMLElementTagNameMap[K]>;
  querySelectorAll(selectors: string): NodeListOf<HTMLElement>;
}

interface Element {
  closest<K extends keyof HTMLElementTagNameMap>(selectors: K): HTMLElementTagNameMap[K] | null;
  closest(selectors: string): HTMLElement | null;
}

// Libraries that come without types: Dash, React and AG Grid.
interface Window {
  React: any;
  dash_clientside: {
    set_props(id: string | object, props: object): void;
    no_update: any;
    [namespace: string]: any;
  };
  dash_component_api?: { getLayout(id: string): any };
  dash_ag_grid: any;
  Plotly: any;
  dashAgGridComponentFunctions: Record<string, (props: any) => unknown>;
  portal_kit?: Record<string, (props: any) => unknown>;
}
