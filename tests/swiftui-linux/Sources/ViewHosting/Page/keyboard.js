// Keys: shortcuts, keys that views want, Return in fields, arrows in lists.

const keyNames = {
    Enter: "↩", Escape: "⎋", Backspace: "⌫", Tab: "⇥", " ": "␣",
    ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→",
};

/** Control stands for Command where there is no Command key. */
function modifiersOf(event) {
    const modifiers = [];
    if (event.altKey) modifiers.push("option");
    if (event.shiftKey) modifiers.push("shift");
    if (event.ctrlKey || event.metaKey) modifiers.push("command");
    return modifiers;
}

function symbolsOf(event) {
    const key = keyNames[event.key] ?? event.key.toUpperCase();
    const both = event.ctrlKey && event.metaKey;
    return (both ? "⌃" : "") + (event.altKey ? "⌥" : "") + (event.shiftKey ? "⇧" : "")
        + (event.ctrlKey || event.metaKey ? "⌘" : "") + key;
}

addEventListener("keydown", event => {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === "Escape" && document.querySelector("details.menu[open], .items.context")) {
        event.preventDefault();
        return closeMenus();
    }
    if (pressInArea(event)) return;
    if (pressShortcut(event) || pressInView(event) || pressInField(event) || moveInList(event)) event.preventDefault();
});

/** The frontmost alert or window answers before the menu bar. Keys without a modifier belong to text first. */
function pressShortcut(event) {
    const symbols = symbolsOf(event);
    const isPlain = !event.ctrlKey && !event.metaKey;
    const front = frontmost();
    if (isPlain && event.key !== "Escape" && event.target.closest?.("textarea, button, summary, select")) return false;
    if (isPlain && event.key !== "Escape" && event.target.closest?.("input[data-submit]")) return false;
    const selector = `[data-shortcut="${CSS.escape(symbols)}"]:not(:disabled)`;
    const control = front?.querySelector(selector) ?? byID("menu-bar").querySelector(selector);
    if (control) {
        tell({ kind: "press", id: control.dataset.press });
        return true;
    }
    const modal = front?.closest("[data-modal]");
    if (event.key === "Escape" && modal) {
        tell({ kind: "dismiss", id: modal.dataset.modal });
        return true;
    }
    return false;
}

function frontmost() {
    const window = document.querySelector(".window.front");
    const modals = window?.querySelectorAll("[data-modal]") ?? [];
    return modals[modals.length - 1] ?? window;
}

/** Keys that a view wants to see go to the host; what it doesn't handle is done here. */
function pressInView(event) {
    const key = keyNames[event.key] ?? event.key;
    const view = event.target.closest?.("[data-keys]");
    const field = event.target.closest?.("[data-text]");
    if (!view || !field || !view.dataset.keys.split(" ").includes(key)) return false;
    const number = tell({ kind: "key", id: field.dataset.text, key, modifiers: modifiersOf(event) });
    // Where the key was pressed: by the time the host answers, more may have been typed after it.
    const before = field.value.slice(0, field.selectionStart);
    onReply.set(number, reply => {
        if (!reply.isIgnored || event.key !== "Enter" || !(field instanceof HTMLTextAreaElement)) return;
        insert(field, "\n", field.value.startsWith(before) ? before.length : field.selectionStart);
    });
    return true;
}

function pressInField(event) {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return false;
    const field = event.target.closest?.("[data-text]");
    if (!field || field.dataset.submit === undefined) return false;
    if (field instanceof HTMLTextAreaElement && (event.shiftKey || event.altKey)) insert(field, "\n", field.selectionStart);
    else tell({ kind: "submit", id: field.dataset.text });
    return true;
}

function moveInList(event) {
    const list = event.target.closest?.("[data-clear]");
    if (!list || !["ArrowUp", "ArrowDown"].includes(event.key)) return false;
    const rows = [...list.querySelectorAll("[data-row]")];
    const now = rows.findIndex(row => row.classList.contains("selected"));
    const next = rows[event.key === "ArrowDown" ? Math.min(now + 1, rows.length - 1) : Math.max(now - 1, 0)];
    if (next) {
        next.scrollIntoView({ block: "nearest" });
        tell({ kind: "press", id: next.dataset.row });
    }
    return true;
}
