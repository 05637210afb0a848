// Pictures from the host. The page changes in place: focus, caret, selection and scrolling stay where they are.

const source = new EventSource(`/frames?page=${page}`);
source.onopen = () => { byID("disconnected").hidden = true; };
source.onerror = () => { byID("disconnected").hidden = false; };
source.onmessage = message => show(JSON.parse(message.data));

let acknowledged = 0;

function show(frame) {
    acknowledged = frame.acknowledged;
    const focused = document.activeElement;
    if (frame.whole !== undefined) morph(byID("desktop"), parse(frame.whole));
    for (const patch of frame.patches) apply(patch);
    if (frame.title !== undefined) document.title = frame.title;
    const isLost = focused !== document.body && document.activeElement === document.body;
    if (isLost && focused.isConnected) takeFocus(focused);
    keepAtAnchors();
    followScrollRequests();
    if (frame.announcements.length) byID("announcements").textContent = frame.announcements.join(" ");
    reportGeometry(false);
    reportSizes();
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
    // Which menus are open, and how large windows are, is the page's own affair.
    if (name.startsWith("data-page-") || (name === "open" && element instanceof HTMLDetailsElement)) return;
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
    const arrived = element.dataset.scroll === undefined ? scrollers(element) : [element];
    for (const scroller of arrived) if (scroller.dataset.anchor === "bottom") toBottom(scroller);
}
