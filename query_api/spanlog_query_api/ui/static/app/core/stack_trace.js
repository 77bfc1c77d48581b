// The text of a stack trace, taken apart: Python's, and those of JavaScript and Java. What is neither stays text.

/**
 * @typedef {object} Frame
 * @property {string} file
 * @property {number} line
 * @property {string} where the function
 * @property {string[]} source the lines that came with it
 * @property {boolean} isOwn whether it is the program's own code, and no library's
 *
 * @typedef {object} Raised one exception of a chain
 * @property {string} text its type and message
 * @property {string} link how it follows from the next one in the list: "direct cause", "during handling" or ""
 * @property {Frame[]} frames the innermost first
 */

const MAX_CHARACTERS = 200_000;

const PYTHON_FRAME = /^ {2}File "(.+)", line (\d+), in (.+)$/;
const AT_FRAME = /^\s+at (?:(.+?) ?\()?((?:\/|\w:|[\w.@-]|<)[^()]*?):(\d+)(?::\d+)?\)?$/;
const CAUSED_BY = /^Caused by: (.+)$/;
const LINKS = [
  { text: "The above exception was the direct cause of the following exception:", link: "direct cause" },
  { text: "During handling of the above exception, another exception occurred:", link: "during handling" },
];
const LIBRARY = [
  /[/\\](?:site|dist)-packages[/\\]/, /[/\\]lib(?:64)?[/\\]python3?[\d.]*[/\\]/, /[/\\]Python\d+[/\\]Lib[/\\]/,
  /[/\\]\.?pyenv[/\\]/, /^<frozen /, /[/\\]node_modules[/\\]/, /^node:/, /^internal[/\\]/,
];
const LIBRARY_FUNCTION = /^(?:java|javax|jdk|sun|kotlin|scala|org\.springframework|org\.apache)\./;

/**
 * The exceptions of a chain, the one that was raised last first; null for a text that is none of these.
 * @param {string} text
 * @returns {Raised[] | null}
 */
export function parseStackTrace(text) {
  if (!text || text.length > MAX_CHARACTERS) return null;
  const lines = text.split("\n");
  const found = lines.some((line) => PYTHON_FRAME.test(line)) ? parsePython(lines) : parseAt(lines);
  return found.some((each) => each.frames.length) ? found : null;
}

/** @param {string[]} lines @returns {Raised[]} */
function parsePython(lines) {
  /** @type {Raised[]} */
  const chain = [];
  /** @type {Raised} */
  let current = { text: "", link: "", frames: [] };
  for (const line of lines) {
    const frame = PYTHON_FRAME.exec(line);
    const link = LINKS.find((each) => each.text === line.trim());
    if (link) {
      chain.push(current);
      current = { text: "", link: link.link, frames: [] };
    } else if (frame) {
      const [, file = "", number = "0", where = ""] = frame;
      current.frames.push({ file, line: Number(number), where, source: [], isOwn: isOwn(file, where) });
    } else if (line.startsWith("    ") && !current.text) {
      current.frames.at(-1)?.source.push(line.slice(4));
    } else if (line.trim() && !line.startsWith("Traceback ")) {
      current.text += current.text ? `\n${line}` : line;
    }
  }
  chain.push(current);
  for (const raised of chain) raised.frames.reverse();
  return chain.reverse();
}

/** Java's and JavaScript's have the innermost frame first, and causes last. @param {string[]} lines @returns {Raised[]} */
function parseAt(lines) {
  /** @type {Raised[]} */
  const chain = [{ text: "", link: "", frames: [] }];
  for (const line of lines) {
    const current = /** @type {Raised} */ (chain.at(-1));
    const frame = AT_FRAME.exec(line);
    const cause = CAUSED_BY.exec(line);
    if (cause) {
      current.link = "direct cause";
      chain.push({ text: cause[1] ?? "", link: "", frames: [] });
    } else if (frame) {
      const [, where = "", file = "", number = "0"] = frame;
      current.frames.push({ file, line: Number(number), where, source: [], isOwn: isOwn(file, where) });
    } else if (line.trim() && !current.frames.length) {
      current.text += current.text ? `\n${line}` : line;
    }
  }
  return chain;
}

/** @param {string} file @param {string} where */
function isOwn(file, where) {
  return !LIBRARY.some((each) => each.test(file)) && !LIBRARY_FUNCTION.test(where);
}
