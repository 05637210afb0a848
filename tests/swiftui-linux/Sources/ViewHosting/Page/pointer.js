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
    if (row) return void tell({ kind: "press", id: row.dataset.row });
    if (target.matches("[data-clear]")) return void tell({ kind: "clear", id: target.dataset.clear });
    raise(target);
});

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
addEventListener("toggle", ({ target }) => { if (target.open) closeMenus(target); }, true);
addEventListener("mouseover", ({ target }) => {
    const menu = target.closest(".menu-bar > details.menu");
    if (menu && !menu.open && document.querySelector(".menu-bar > details[open]")) menu.open = true;
});
