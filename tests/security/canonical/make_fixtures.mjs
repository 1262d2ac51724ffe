// Makes fixtures.txt: pairs of lines, a JSON text as anybody may write it and the same as `canonicalize` (npm, 4.0.0) writes
// it. Run by hand, where there is an npm:  npm install canonicalize@4.0.0 && node make_fixtures.mjs > fixtures.txt
import canonicalize from "canonicalize";

let seed = 20250101n; // xorshift: the same texts each time
function random(below) {
  seed ^= (seed << 13n) & 0xffffffffffffffffn;
  seed ^= seed >> 7n;
  seed ^= (seed << 17n) & 0xffffffffffffffffn;
  return Number(seed % BigInt(below));
}
const one_of = (list) => list[random(list.length)];
const space = () => one_of(["", "", "", " ", "\t", "  ", "\r"]);

const characters = ["a", "b", "Z", "0", "~", "/", "\\", '"', "\b", "\t", "\n", "\f", "\r", "\u0000", "\u001f", "\u007f",
  "\u0080", "\u00f6", "\u05d3", "\u20ac", "\u2028", "\ue000", "\ufb33", "\uffff", "\u{10000}", "\u{1f600}", "\u{10ffff}"];
const a_string = () => Array.from({ length: random(6) }, () => one_of(characters)).join("");

/// A string as somebody writes it who escapes what need not be.
function written(text) {
  let out = '"';
  for (const c of text) {
    const must = c === '"' || c === "\\" || c < " ";
    const units = [...Array(c.length).keys()].map((i) => c.charCodeAt(i).toString(16).padStart(4, "0"));
    const hex = units.map((u) => "\\u" + (random(2) ? u : u.toUpperCase())).join("");
    if (c === "/" && random(2)) out += "\\/";
    else if (must) out += random(2) ? hex : JSON.stringify(c).slice(1, -1);
    else out += random(4) ? c : hex;
  }
  return out + '"';
}

function a_double() {
  const view = new DataView(new ArrayBuffer(8));
  for (;;) {
    view.setUint32(0, random(2 ** 32));
    view.setUint32(4, random(2 ** 32));
    const value = view.getFloat64(0);
    if (Number.isFinite(value)) return value;
  }
}

function a_number() {
  switch (random(8)) {
    case 0: return String(random(1000));
    case 1: return String(random(2 ** 53)) + one_of(["", ".0", "e0", "E+2", "e-3", "0", "00"]);
    case 2: return "-" + random(100) + "." + random(2 ** 40);
    case 3: return one_of(["0", "-0", "0.0", "-0.0e7", "0e400", "1e-400", "-1e-400", "5e-324", "2.4e-324"]);
    case 4: return a_double().toPrecision(21);
    case 5: return a_double().toExponential(random(20)).replace("e", one_of(["e", "E"]));
    case 6: return (random(2 ** 53) * 10 ** (random(40) - 20)).toString();
    default: return String(a_double());
  }
}

function a_text(depth) {
  const kind = random(depth > 3 ? 5 : 9);
  if (kind === 0) return one_of(["null", "true", "false"]);
  if (kind < 3) return written(a_string());
  if (kind < 5) return a_number();
  const many = Array.from({ length: random(6) });
  const joined = (parts) => parts.map((p) => space() + p + space()).join(",") || space();
  if (kind === 5) return "[" + joined(many.map(() => a_text(depth + 1))) + "]";
  const names = [...new Set(many.map(a_string))];
  return "{" + joined(names.map((n) => written(n) + space() + ":" + space() + a_text(depth + 1))) + "}";
}

const seen = new Set();
while (seen.size < 600) {
  const text = space() + a_text(seen.size % 3) + space();
  let value;
  try {
    value = JSON.parse(text);
  } catch (why) {
    throw new Error(`${text}: ${why}`);
  }
  const out = canonicalize(value);
  if (out.includes("Infinity") || seen.has(text)) continue;
  seen.add(text);
  console.log(text);
  console.log(out);
}
