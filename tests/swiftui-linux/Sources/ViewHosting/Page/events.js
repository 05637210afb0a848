// Events to the host: one request at a time, in order; what waits is sent together.

const page = crypto.randomUUID();
const byID = id => document.getElementById(id);

let seq = 0;
let waiting = [];
let inFlight = false;
/** The last event that waits, as long as it has never been sent: what follows may be told with it. */
let open = null;
/** The newest text event of each field, by number. */
const typed = new Map();
/** What the host was last told, or said, that a field holds. */
const known = new Map();
const onReply = new Map();

function tell(event) {
    const isSame = open && open.kind === event.kind && open.id === event.id;
    // Fast typing: only the newest text matters, seen from what the host knew before.
    if (isSame && event.kind === "text") {
        open.text = event.text;
        return open.seq;
    }
    if (isSame && event.kind === "wheel") {
        open.offset += event.offset;
        return open.seq;
    }
    if (isSame && event.kind === "geometry") {
        Object.assign(open, event, { isOn: open.isOn || event.isOn });
        return open.seq;
    }
    event.seq = ++seq;
    open = event;
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
    open = null;
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

// Whether the person looks at the page: what an app tells by notices depends on it.
// So do colours of its own, which the style sheet can't turn.
const dark = matchMedia("(prefers-color-scheme: dark)");
const presence = () => tell({
    kind: "presence", id: "desktop", isOn: document.hasFocus() && !document.hidden, text: dark.matches ? "dark" : "light",
});
dark.addEventListener("change", presence);
if (dark.matches) queueMicrotask(presence);
addEventListener("focus", presence);
addEventListener("blur", presence);
document.addEventListener("visibilitychange", presence);
