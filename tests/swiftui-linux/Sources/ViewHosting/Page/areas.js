// Views that take all keys, drags and pasted text, and those that watch their size.

const areaKeys = {
    ...keyNames, Delete: "⌦", Home: "↖", End: "↘", PageUp: "⇞", PageDown: "⇟",
};

/** What a key is called there: function keys as AppKit numbers them. */
function areaKey(event) {
    const number = /^F(\d{1,2})$/.exec(event.key)?.[1];
    return number ? String.fromCharCode(0xf703 + Number(number)) : areaKeys[event.key] ?? event.key;
}

/** All keys but those with Meta, which are the menus': Control is Control here. */
function pressInArea(event) {
    const area = event.target.closest?.("[data-keys='*']");
    if (!area || event.metaKey) return false;
    const key = areaKey(event);
    // Modifiers alone, dead keys; Control-V pastes, and the paste is told then.
    if ([...key].length !== 1 || (event.ctrlKey && event.key.toLowerCase() === "v")) return false;
    const modifiers = [];
    if (event.altKey) modifiers.push("option");
    if (event.shiftKey) modifiers.push("shift");
    if (event.ctrlKey) modifiers.push("control");
    event.preventDefault();
    const text = [...event.key].length === 1 ? event.key : "";
    tell({ kind: "key", id: area.dataset.focusable, key, text, modifiers });
    return true;
}

addEventListener("focusin", ({ target }) => {
    if (!isMovingFocus && target.dataset?.focusable) tell({ kind: "focus", id: target.dataset.focusable, isOn: true });
});
addEventListener("focusout", ({ target, relatedTarget }) => {
    if (document.hasFocus() && relatedTarget && target.dataset?.focusable) {
        tell({ kind: "focus", id: target.dataset.focusable, isOn: false });
    }
});

addEventListener("paste", event => {
    const area = event.target.closest?.("[data-paste]");
    if (!area) return;
    event.preventDefault();
    tell({ kind: "paste", id: area.dataset.paste, text: event.clipboardData.getData("text/plain") });
});

let drag = null;

/** Places are counted from where the view was at first: it may move with the drag. */
function tellDrag(event, isOn) {
    const { area, x, y, left, top } = drag;
    tell({ kind: "drag", id: area.dataset.drag, x, y, toX: event.clientX - left, toY: event.clientY - top, isOn });
}

addEventListener("mousedown", event => {
    const area = event.button === 0 && event.target.closest?.("[data-drag]");
    if (!area) return;
    const { left, top } = area.getBoundingClientRect();
    drag = { area, x: event.clientX - left, y: event.clientY - top, left, top };
    event.preventDefault();
    area.closest("[data-focusable]")?.focus({ preventScroll: true });
    tellDrag(event, false);
});
addEventListener("mousemove", event => {
    if (drag) tellDrag(event, false);
});
addEventListener("mouseup", event => {
    if (drag) tellDrag(event, true);
    drag = null;
});

addEventListener("wheel", event => {
    const area = event.target.closest?.("[data-wheel]");
    if (!area || event.ctrlKey || !event.deltaY) return;
    event.preventDefault();
    const { left, top } = area.getBoundingClientRect();
    const points = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
    tell({ kind: "wheel", id: area.dataset.wheel, x: event.clientX - left, y: event.clientY - top, offset: -points });
}, { passive: false });

const sizes = new WeakMap();

function reportSizes() {
    for (const area of document.querySelectorAll("[data-size]")) {
        const size = `${area.clientWidth} ${area.clientHeight}`;
        if (sizes.get(area) === size) continue;
        sizes.set(area, size);
        tell({ kind: "size", id: area.dataset.size, width: area.clientWidth, visible: area.clientHeight });
    }
}
