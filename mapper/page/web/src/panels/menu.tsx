/**
 * A button that opens a menu, after the pattern of ARIA's authoring practices: arrows, Home, End and first letters
 * move in it, Esc and a click elsewhere close it, and focus goes back to the button.
 */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useShared } from "../shared";
import "./menu.css";

export interface Item {
  text: string;
  note?: string;
  /** Of one among several that exclude each other. */
  checked?: boolean;
  lang?: string;
  act: () => void;
}

export interface Group {
  title?: string;
  items: Item[];
}

interface MenuProps {
  name: string;
  label: string;
  groups: Group[];
  children: ComponentChildren;
}

export function Menu({ name, label, groups, children }: MenuProps) {
  const { state } = useShared();
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const atEnd = useRef(false);
  const open = state.menu.value === name;
  const close = (): void => void (state.menu.value = null);
  useLayoutEffect(() => {
    if (!open) return;
    const items = itemsOf(box.current);
    (items.find((one) => one.getAttribute("aria-checked") === "true") ?? items.at(atEnd.current ? -1 : 0))?.focus();
    atEnd.current = false;
    const outside = (event: Event): void => void (box.current?.contains(event.target as Node) || close());
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, [open]);
  const enter = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    atEnd.current = event.key === "ArrowUp";
    state.menu.value = name;
  };
  const leave = (): void => {
    button.current?.focus();
    close();
  };
  const key = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === "Tab") leave();
    if (event.key === "Escape") {
      event.preventDefault();
      leave();
    }
    move(event, itemsOf(box.current));
  };
  return (
    <div class="menu" ref={box} onKeyDown={open ? key : enter}>
      <button
        type="button"
        class="tool"
        ref={button}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? `menu-${name}` : undefined}
        onClick={() => (state.menu.value = open ? null : name)}
      >
        {children}
      </button>
      {open && (
        <div class="menu-list" role="menu" id={`menu-${name}`} aria-label={label}>
          {groups.map((group, at) => <Items key={at} id={`menu-${name}-${at}`} group={group} leave={leave} />)}
        </div>
      )}
    </div>
  );
}

function Items({ id, group, leave }: { id: string; group: Group; leave: () => void }) {
  const act = (item: Item): void => {
    leave();
    item.act();
  };
  return (
    <div role="group" aria-labelledby={group.title ? id : undefined}>
      {group.title && <p class="small-head" id={id} role="presentation">{group.title}</p>}
      {group.items.map((item) => (
        <button
          key={item.text}
          type="button"
          class="menu-item"
          role={item.checked === undefined ? "menuitem" : "menuitemradio"}
          aria-checked={item.checked}
          tabIndex={-1}
          lang={item.lang}
          onClick={() => act(item)}
        >
          <span>{item.text}</span>
          {item.note && <span class="quiet">{item.note}</span>}
        </button>
      ))}
    </div>
  );
}

function itemsOf(box: HTMLElement | null): HTMLElement[] {
  return [...(box?.querySelectorAll<HTMLElement>(".menu-item") ?? [])];
}

function move(event: KeyboardEvent, items: HTMLElement[]): void {
  const at = items.indexOf(document.activeElement as HTMLElement);
  const goals: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  const goal = goals[event.key];
  const next = goal === undefined ? lettered(event.key, items, at) : items.at(goal % items.length);
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** The next item that begins with a letter. */
function lettered(key: string, items: HTMLElement[], at: number): HTMLElement | undefined {
  if (key.length !== 1 || key === " ") return undefined;
  const round = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return round.find((one) => one.textContent?.trim().toLowerCase().startsWith(key.toLowerCase()));
}
