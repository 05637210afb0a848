// What is clicked, and menus.

addEventListener("click", event => {
    const { target } = event;
    const light = target.closest("[data-window]");
    if (light) return void windowAction(light);
    const pressed = target.closest("[data-press]");
    if (pressed) {
        if (!pressed.disabled) tell({ kind: "press", id: pressed.dataset.press });
        if (pressed.closest(".items")) closeMenus();
        return;
    }
    const row = target.closest("[data-row]");
    if (row) return void tell({ kind: addsTo(row, event) ? "add" : "press", id: row.dataset.row });
    if (target.matches("[data-clear]")) return void tell({ kind: "clear", id: target.dataset.clear });
    raise(target);
});

function addsTo(row, event) {
    return row.dataset.several !== undefined && (event.metaKey || event.ctrlKey);
}

function windowAction(light) {
    const window = light.closest("[data-window-id]");
    if (light.dataset.window === "close") tell({ kind: "window", id: window.dataset.windowId, action: "close" });
    // How large a window is, is the page's own affair. There is nowhere to minimize it to.
    if (light.dataset.window === "zoom") window.toggleAttribute("data-page-zoomed");
}

function raise(target) {
    const window = target.closest(".window");
    if (window && !window.classList.contains("front")) {
        tell({ kind: "window", id: window.dataset.windowId, action: "front" });
    }
}

addEventListener("contextmenu", event => {
    const owner = event.target.closest("[data-menu]");
    if (!owner) return;
    event.preventDefault();
    closeMenus();
    const number = tell({ kind: "menu", id: owner.dataset.menu });
    onReply.set(number, reply => showContextMenu(reply.menu, event.clientX, event.clientY));
});

function showContextMenu(markup, x, y) {
    if (!markup) return;
    const menu = parse(markup);
    menu.classList.add("context");
    document.body.append(menu);
    const { width, height } = menu.getBoundingClientRect();
    menu.style.left = `${Math.min(x, innerWidth - width - 4)}px`;
    menu.style.top = `${Math.min(y, innerHeight - height - 4)}px`;
}

function closeMenus(except) {
    document.querySelectorAll(".items.context").forEach(menu => menu.remove());
    document.querySelectorAll("details.menu[open]").forEach(menu => { if (menu !== except) menu.open = false; });
}

// The menu bar: one menu at a time, and the pointer opens the next one.
addEventListener("toggle", ({ target }) => {
    if (!target.open || !target.matches("details.menu")) return;
    closeMenus(target);
    place(target.querySelector(":scope > .items"), target.getBoundingClientRect());
}, true);
addEventListener("mouseover", ({ target }) => {
    const menu = target.closest(".menu-bar > details.menu");
    if (menu && !menu.open && document.querySelector(".menu-bar > details[open]")) menu.open = true;
    placeSubmenu(target);
});
addEventListener("focusin", ({ target }) => placeSubmenu(target));

function placeSubmenu(target) {
    const submenu = target.closest(".submenu");
    const items = submenu?.querySelector(":scope > .items");
    if (items && !items.contains(target)) place(items, submenu.getBoundingClientRect(), true);
}

/** Puts the items of a menu below what opens them, or beside it; above or at the left where there is no room. */
function place(items, opener, isBeside = false) {
    const edge = 6;
    const bar = byID("menu-bar").getBoundingClientRect().bottom;
    const room = innerHeight - bar - edge;
    Object.assign(items.style, { position: "fixed", left: "0", top: "0", maxHeight: `${room}px` });
    // Where 0 is: an ancestor may have coordinates of its own.
    const { left, top, width, height } = items.getBoundingClientRect();
    let [x, y] = isBeside ? [opener.right - 4, opener.top - 5] : [opener.left, opener.bottom];
    if (isBeside && x + width > innerWidth - edge) x = opener.left - width + 4;
    if (!isBeside && y + height > innerHeight - edge && opener.top > innerHeight - opener.bottom) y = opener.top - height;
    items.style.left = `${Math.max(edge, Math.min(x, innerWidth - width - edge)) - left}px`;
    items.style.top = `${Math.max(bar, Math.min(y, innerHeight - height - edge)) - top}px`;
}
