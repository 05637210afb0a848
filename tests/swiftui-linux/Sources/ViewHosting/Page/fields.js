// Fields and focus.

const fieldOf = id => document.querySelector(`[data-text="${CSS.escape(id)}"]`);

/** The host's text for a field, unless something newer was typed that the host hasn't seen. */
function offerValue(field, value) {
    const id = field.dataset.text;
    if ((typed.get(id) ?? 0) <= acknowledged) setValue(field, value);
}

function setValue(field, value) {
    if (!field) return;
    known.set(field.dataset.text, value);
    if (field.value === value) return;
    const hasFocus = document.activeElement === field;
    const atEnd = field.selectionEnd === field.value.length;
    const { selectionStart, selectionEnd } = field;
    field.value = value;
    if (hasFocus) {
        if (atEnd) field.setSelectionRange(value.length, value.length);
        else field.setSelectionRange(Math.min(selectionStart, value.length), Math.min(selectionEnd, value.length));
    }
}

addEventListener("input", ({ target }) => {
    const id = target.dataset?.text;
    if (id !== undefined) {
        const base = known.get(id) ?? target.defaultValue;
        known.set(id, target.value);
        typed.set(id, tell({ kind: "text", id, base, text: target.value }));
    } else if (target.dataset?.choose !== undefined) {
        tell({ kind: "press", id: target.value });
    }
});

/** Types into a field as the keyboard would, at a place before or at the caret. */
function insert(field, text, place) {
    const atCaret = place === field.selectionStart;
    field.setRangeText(text, place, atCaret ? field.selectionEnd : place, atCaret ? "end" : "preserve");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

// Focus. Pressing a button leaves the keyboard where it is, as on a Mac.

let isMovingFocus = false;

function takeFocus(element) {
    const field = element.matches("input, textarea, button, select, [data-focusable]") ? element : element.querySelector("input, textarea");
    if (!field || field === document.activeElement) return;
    isMovingFocus = true;
    // After the picture is complete.
    queueMicrotask(() => {
        field.focus({ preventScroll: true });
        isMovingFocus = false;
    });
}

addEventListener("focusin", ({ target }) => {
    if (!isMovingFocus && target.dataset?.text) tell({ kind: "focus", id: target.dataset.text, isOn: true });
});
addEventListener("focusout", ({ target, relatedTarget }) => {
    if (document.hasFocus() && relatedTarget && target.dataset?.text) {
        tell({ kind: "focus", id: target.dataset.text, isOn: false });
    }
});
addEventListener("mousedown", event => {
    const { target } = event;
    if (!target.closest("details.menu, .items")) closeMenus();
    if (target.closest("input, textarea, select, .selectable")) return;
    if (target.closest("button, summary, .row, .title-bar, .menu-bar")) event.preventDefault();
});
