/**
 * A canvas as large as the view and a little around it. It is drawn anew when the map is moved beyond what is drawn, and
 * stretched while it zooms.
 */
import * as L from "leaflet";

/** So much around the view is drawn too, as a share of it: moving within it costs nothing. */
const PADDING = 0.2;

/** What Leaflet's types leave out of its renderers. */
interface Rendered {
  _bounds?: { min: L.Point; max: L.Point } & L.Bounds;
  _map: (L.Map & { _animatingZoom?: boolean }) | null;
  _update: () => void;
}

/** The empty canvas, in layer points from the corner of what is drawn, and how many of its pixels one of them is. */
export interface Sheet {
  map: L.Map;
  context: CanvasRenderingContext2D;
  sharp: number;
}

const RENDERER = L.Renderer.prototype as unknown as Rendered;

export abstract class ViewCanvas extends L.Renderer {
  declare private _container: HTMLCanvasElement;
  private zoom = NaN;
  private frame = 0;

  /** `onPaper`: how sharp it is drawn for paper, where nothing has to move. */
  constructor(pane: string, private readonly name: string, private readonly onPaper: number) {
    super({ pane, padding: PADDING });
  }

  override getEvents(): Record<string, L.LeafletEventHandlerFn> {
    return { ...super.getEvents?.(), move: () => this.follow() };
  }

  /** What is drawn of the map, in layer points. */
  protected get drawn(): Rendered["_bounds"] {
    return (this as unknown as Rendered)._bounds;
  }

  /** Draws what the view holds. */
  protected abstract draw(map: L.Map, drawn: { min: L.Point; max: L.Point }): void;

  protected sheet(): Sheet | null {
    const { _map: map, _bounds } = this as unknown as Rendered;
    const context = this._container?.getContext("2d");
    if (!map || !_bounds || !context) return null;
    const size = _bounds.getSize();
    const sharp = document.documentElement.classList.contains("mapper-printing") ? this.onPaper : Math.max(1, Math.min(2, devicePixelRatio));
    const [width, height] = [size.x * sharp, size.y * sharp];
    if (context.canvas.width !== width || context.canvas.height !== height) {
      Object.assign(context.canvas, { width, height });
      Object.assign(context.canvas.style, { width: `${size.x}px`, height: `${size.y}px` });
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    return { map, context, sharp };
  }

  protected _initContainer(): void {
    this._container = document.createElement("canvas");
    this._container.className = this.name;
  }

  protected _destroyContainer(): void {
    cancelAnimationFrame(this.frame);
    this._container.remove();
  }

  /** Leaflet calls this whenever the view has changed. */
  protected _update(): void {
    const self = this as unknown as Rendered;
    const { _map: map } = self;
    if (!map || !this._container || (map._animatingZoom && self._bounds)) return;
    RENDERER._update.call(this);
    if (!self._bounds) return;
    this.zoom = map.getZoom();
    L.DomUtil.setPosition(this._container, self._bounds.min);
    this.draw(map, self._bounds);
  }

  private follow(): void {
    const { _map: map, _bounds } = this as unknown as Rendered;
    if (!map || map._animatingZoom || map.getZoom() !== this.zoom) return;
    const corner = map.containerPointToLayerPoint([0, 0]);
    if (_bounds?.contains(L.bounds(corner, corner.add(map.getSize())))) return;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this._update());
  }
}
