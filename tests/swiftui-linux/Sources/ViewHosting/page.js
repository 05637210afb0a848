// The page of the development host: shows what the host renders and tells it what a person does.
// It changes the page in place, so that focus, caret, selection and scrolling stay where they are.
"use strict";
(() => {
    const page = crypto.randomUUID();
    const byID = id => document.getElementById(id);

    // ---- Events to the host: one request at a time, in order; what waits is sent together.

    let seq = 0;
    let waiting = [];
    let inFlight = false;
    /** The newest text event of each field, by number. */
    const typed = new Map();
    /** What the host was last told, or said, that a field holds. */
    const known = new Map();
    const onReply = new Map();

    function tell(event) {
        const last = waiting[waiting.length - 1];
        // Fast typing: only the newest text matters, seen from what the host knew before.
        if (event.kind === "text" && last && last.kind === "text" && last.id === event.id) {
            last.text = event.text;
            return last.seq;
        }
        if (event.kind === "geometry" && last && last.kind === "geometry" && last.id === event.id) {
            Object.assign(last, event, { isOn: last.isOn || event.isOn });
            return last.seq;
        }
        event.seq = ++seq;
        waiting.push(event);
        send();
        return event.seq;
    }

    async function send() {
        if (inFlight || waiting.length === 0) return;
        inFlight = true;
        // Until the next task, so that what one key press causes travels together.
        await Promise.resolve();
        const events = waiting;
        waiting = [];
        try {
            const response = await fetch("/events", {
                method: "POST",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify({ page, events }),
            });
            if (response.ok) for (const reply of await response.json()) take(reply);
        } catch {
            // Sent again once the host is back; it knows by the numbers what it has had.
            waiting = events.concat(waiting);
            await new Promise(resolve => setTimeout(resolve, 500));
        }
        inFlight = false;
        send();
    }

    function take(reply) {
        const action = onReply.get(reply.seq);
        onReply.delete(reply.seq);
        if (action) action(reply);
        if (reply.value === undefined) return;
        for (const [id, number] of typed) {
            if (number === reply.seq) setValue(fieldOf(id), reply.value);
        }
    }

    // ---- Pictures from the host.

    const source = new EventSource(`/frames?page=${page}`);
    source.onopen = () => { byID("disconnected").hidden = true; };
    source.onerror = () => { byID("disconnected").hidden = false; };
    source.onmessage = message => show(JSON.parse(message.data));

    let acknowledged = 0;

    function show(frame) {
        acknowledged = frame.acknowledged;
        const pinned = scrollers().filter(isAtAnchor);
        const focused = document.activeElement;
        if (frame.whole !== undefined) morph(byID("desktop"), parse(frame.whole));
        for (const patch of frame.patches) apply(patch);
        if (frame.title !== undefined) document.title = frame.title;
        if (focused.isConnected && document.activeElement === document.body) takeFocus(focused);
        for (const scroller of pinned) toBottom(scroller);
        followScrollRequests();
        if (frame.announcements.length) byID("announcements").textContent = frame.announcements.join(" ");
        reportGeometry(false);
    }

    function apply(patch) {
        const element = byID(patch.id);
        if (!element) return;
        if (patch.put !== undefined) morph(element, parse(patch.put));
        for (const name of patch.drop ?? []) setAttribute(element, name, null);
        for (const [name, value] of Object.entries(patch.set ?? {})) setAttribute(element, name, value);
        if (patch.add !== undefined) {
            const template = document.createElement("template");
            template.innerHTML = patch.add;
            const added = [...template.content.children];
            element.append(template.content);
            added.forEach(arrive);
        }
    }

    function parse(markup) {
        const template = document.createElement("template");
        template.innerHTML = markup;
        return template.content.firstElementChild;
    }

    /** Makes `old` look like `wanted`, keeping every element that stays. */
    function morph(old, wanted) {
        if (old.tagName !== wanted.tagName) {
            old.replaceWith(wanted);
            arrive(wanted);
            return;
        }
        for (const name of old.getAttributeNames()) {
            if (!wanted.hasAttribute(name)) setAttribute(old, name, null);
        }
        for (const name of wanted.getAttributeNames()) {
            if (old.getAttribute(name) !== wanted.getAttribute(name)) setAttribute(old, name, wanted.getAttribute(name));
        }
        if (old instanceof HTMLTextAreaElement) {
            if (old.defaultValue !== wanted.defaultValue) {
                old.defaultValue = wanted.defaultValue;
                offerValue(old, wanted.defaultValue);
            }
            return;
        }
        morphChildren(old, wanted);
    }

    function morphChildren(old, wanted) {
        const staying = new Set([...wanted.children].map(child => child.id));
        const kept = new Map();
        for (const child of [...old.children]) {
            if (!child.id) continue;
            // What goes leaves first, so that what stays need not be moved: moving takes focus and scrolling away.
            if (staying.has(child.id)) kept.set(child.id, child);
            else child.remove();
        }
        let place = old.firstChild;
        for (const child of [...wanted.childNodes]) {
            const same = child.id ? kept.get(child.id) : place && !place.id && place.nodeName === child.nodeName ? place : null;
            if (!same) {
                old.insertBefore(child, place);
                arrive(child);
                continue;
            }
            if (same === place) place = place.nextSibling;
            else old.insertBefore(same, place);
            if (same.nodeType === Node.TEXT_NODE) {
                if (same.data !== child.data) same.data = child.data;
            } else {
                morph(same, child);
            }
        }
        while (place) {
            const next = place.nextSibling;
            place.remove();
            place = next;
        }
    }

    function setAttribute(element, name, value) {
        // Which menus are open is the page's own affair.
        if (name === "open" && element instanceof HTMLDetailsElement) return;
        if (value === null) element.removeAttribute(name);
        else element.setAttribute(name, value);
        if (name === "value" && element instanceof HTMLInputElement) offerValue(element, value ?? "");
        if (name === "data-focused" && value !== null) takeFocus(element);
        if (name === "selected" && element instanceof HTMLOptionElement) element.selected = value !== null;
    }

    /** Something that wasn't there before. */
    function arrive(element) {
        if (element.nodeType !== Node.ELEMENT_NODE) return;
        const focused = element.matches("[data-focused]") ? element : element.querySelector("[data-focused]");
        if (focused) takeFocus(focused);
        for (const scroller of scrollers(element)) if (scroller.dataset.anchor === "bottom") toBottom(scroller);
    }

    // ---- Fields.

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

    // ---- Focus. Pressing a button leaves the keyboard where it is, as on a Mac.

    let isMovingFocus = false;

    function takeFocus(element) {
        const field = element.matches("input, textarea, button, select") ? element : element.querySelector("input, textarea");
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

    // ---- Pointer.

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
        // The other two lights have no meaning in a page.
        if (light.dataset.window === "close") tell({ kind: "window", id: window.dataset.windowId, action: "close" });
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

    // ---- Keyboard.

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

    // ---- Scrolling.

    const scrollers = (root = document) => [...root.querySelectorAll("[data-scroll]")];
    const requests = new WeakMap();
    const reported = new WeakMap();

    const isAtAnchor = scroller => scroller.dataset.anchor === "bottom"
        && scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40;

    function toBottom(scroller) { scroller.scrollTop = scroller.scrollHeight; }

    function followScrollRequests() {
        for (const scroller of scrollers()) {
            const request = scroller.dataset.scrollTo;
            if (!request || requests.get(scroller) === request) continue;
            const isFirst = !requests.has(scroller);
            requests.set(scroller, request);
            const [edge, generation] = request.split(" ");
            if (isFirst && generation !== "0" && !isAtAnchor(scroller)) continue;
            if (edge === "bottom") toBottom(scroller);
            if (edge === "top") scroller.scrollTop = 0;
        }
    }

    /** Tells the host about scroll views that it watches, where something is different from the last time. */
    function reportGeometry(isByUser) {
        for (const scroller of document.querySelectorAll("[data-geometry]")) {
            const now = {
                offset: scroller.scrollTop, content: scroller.scrollHeight,
                visible: scroller.clientHeight, width: scroller.clientWidth,
            };
            const last = reported.get(scroller);
            if (last && Object.keys(now).every(key => last[key] === now[key])) continue;
            reported.set(scroller, now);
            tell({ kind: "geometry", id: scroller.dataset.scroll, isOn: isByUser, ...now });
        }
    }

    let reportRequest = 0;
    function reportSoon(isByUser) {
        cancelAnimationFrame(reportRequest);
        reportRequest = requestAnimationFrame(() => reportGeometry(isByUser));
    }
    addEventListener("scroll", () => reportSoon(true), true);
    addEventListener("resize", () => {
        scrollers().filter(scroller => scroller.dataset.anchor === "bottom").forEach(toBottom);
        reportSoon(false);
    });

    arrive(byID("desktop"));
    followScrollRequests();
})();
