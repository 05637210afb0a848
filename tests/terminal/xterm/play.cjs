// Plays output to xterm.js, a terminal that others wrote, and prints what its screen has come to.
// usage: play.cjs CASES, a JSON file: [{ columns, rows, steps: ["output in base64", [columns, rows] or null to look] }].
// Prints a list of { rows: [each row as text, from the oldest], wrapped: [whether it goes on in the next], screen: the
// first row that is no history, cursor: [row, column], title, replies, looks: [the rows of the screen, at each look] }.
// The tests write our own cells the same way.
const { readFileSync } = require('node:fs');
const { Terminal } = require('@xterm/headless');
const { Unicode11Addon } = require('@xterm/addon-unicode11');

// A cell is its text and, in braces, what is not as usual: colours, letters for attributes, the link.
function written(cell, links) {
  if (cell.getWidth() === 0) return '';
  const text = cell.getChars() || ' ';
  const colour = (name, usual, palette, value) =>
    usual ? '' : name + (palette ? value : '#' + value.toString(16).padStart(6, '0')) + ' ';
  let marks =
    colour('f', cell.isFgDefault(), cell.isFgPalette(), cell.getFgColor()) +
    colour('b', cell.isBgDefault(), cell.isBgPalette(), cell.getBgColor());
  const { _ext, urlId } = cell.hasExtendedAttrs() ? cell.extended : { _ext: 0 };
  // A link counts as underlined there, so the style is taken from where it is kept.
  const underline = (_ext >> 26) & 7;
  if (underline) marks += 'u' + underline + ' ';
  const letters = { B: 'isBold', D: 'isDim', I: 'isItalic', R: 'isInverse', H: 'isInvisible', S: 'isStrikethrough' };
  for (const [letter, is] of Object.entries(letters)) if (cell[is]()) marks += letter + ' ';
  if (urlId) marks += 'l' + (links.getLinkData(urlId)?.uri ?? '') + ' ';
  return marks ? `${text}{${marks.trimEnd()}}` : text;
}

async function play({ columns, rows, steps }) {
  const terminal = new Terminal({
    cols: columns, rows, scrollback: 1000, allowProposedApi: true, scrollOnEraseInDisplay: true, reflowCursorLine: true,
  });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  let title = '';
  let replies = '';
  terminal.onTitleChange((changed) => { title = changed; });
  terminal.onData((data) => { replies += data; });
  const row = (index) => {
    const line = terminal.buffer.active.getLine(index);
    let text = '';
    for (let column = 0; column < terminal.cols; column++) {
      text += written(line.getCell(column), terminal._core._oscLinkService);
    }
    return text;
  };
  const looks = [];
  for (const step of steps) {
    if (step === null) looks.push(Array.from({ length: rows }, (_, index) => row(terminal.buffer.active.baseY + index)));
    else if (Array.isArray(step)) terminal.resize(...step);
    else await new Promise((done) => terminal.write(Buffer.from(step, 'base64'), done));
  }
  const { active } = terminal.buffer;
  const all = { rows: [], wrapped: [] };
  for (let index = 0; index < active.length; index++) {
    all.rows.push(row(index));
    all.wrapped.push(Boolean(active.getLine(index + 1)?.isWrapped));
  }
  const cursor = [active.cursorY, Math.min(active.cursorX, terminal.cols - 1)];
  return { ...all, screen: active.baseY, cursor, title, replies, looks };
}

async function main() {
  const played = [];
  for (const one of JSON.parse(readFileSync(process.argv[2], 'utf8'))) played.push(await play(one));
  process.stdout.write(JSON.stringify(played));
}
main();
