// Scroll views: following their end, requests of the host, and reports to it.

const scrollers = (root = document) => [...root.querySelectorAll("[data-scroll]")];
const requests = new WeakMap();
const reported = new WeakMap();

/** Where each scroll view stood at its last scroll event, and whether it follows its end. */
const positions = new WeakMap();

const measure = scroller => ({
    offset: scroller.scrollTop, content: scroller.scrollHeight,
    visible: scroller.clientHeight, width: scroller.clientWidth,
});

const isAtEnd = ({ offset, content, visible }) => content - offset - visible < 3;

function toBottom(scroller) {
    scroller.scrollTop = scroller.scrollHeight;
    positions.set(scroller, { ...measure(scroller), follows: true });
}

/** Only moving away from the end is the reader's doing; a change of the content or the window isn't. */
function noteScrolling(scroller) {
    const now = measure(scroller);
    const last = positions.get(scroller);
    const isReader = last && last.content === now.content && last.visible === now.visible;
    const left = isReader && now.offset < last.offset;
    positions.set(scroller, { ...now, follows: isAtEnd(now) || (!left && (last?.follows ?? false)) });
}

function keepAtAnchors() {
    for (const scroller of scrollers()) {
        const last = positions.get(scroller);
        if (scroller.dataset.anchor !== "bottom" || !last?.follows) continue;
        if (scroller.scrollHeight !== last.content || scroller.clientHeight !== last.visible) toBottom(scroller);
    }
}

function followScrollRequests() {
    for (const scroller of scrollers()) {
        const request = scroller.dataset.scrollTo;
        if (!request || requests.get(scroller) === request) continue;
        const isFirst = !requests.has(scroller);
        requests.set(scroller, request);
        const [edge, generation] = request.split(" ");
        const target = ["top", "bottom"].includes(edge) ? null : byID(edge);
        // What was asked for before this page was opened is over, unless it is where to begin.
        if (isFirst && generation !== "0" && !target) continue;
        if (target) {
            target.scrollIntoView({ block: "center" });
            positions.set(scroller, { ...measure(scroller), follows: false });
        }
        if (edge === "bottom") toBottom(scroller);
        if (edge === "top") scroller.scrollTop = 0;
    }
}

/** Tells the host about scroll views that it watches, where something is different from the last time. */
function reportGeometry(isByUser) {
    for (const scroller of document.querySelectorAll("[data-geometry]")) {
        const now = measure(scroller);
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
addEventListener("scroll", ({ target }) => {
    if (target.dataset?.scroll === undefined) return;
    noteScrolling(target);
    reportSoon(true);
}, true);
addEventListener("resize", () => {
    keepAtAnchors();
    reportSoon(false);
    reportSizes();
});

// Everything is defined now.

arrive(byID("desktop"));
followScrollRequests();
