/** What the text of a log line says in fields of its own. */
export interface ParsedLine {
  /** By name, nested ones with dots; texts and numbers only. */
  readonly fields: Readonly<Record<string, string>>;
  /** The text without what a container runtime wrapped around it. */
  readonly text: string;
  /** The field that is the message, where there is one. */
  readonly message: string | undefined;
}

/** Longer lines are not parsed. */
const MAX_LENGTH = 65_536;
const MAX_FIELDS = 200;
const MAX_DEPTH = 4;
const MAX_WRAPPINGS = 3;

/** Kubernetes: time, stream, whether the line is whole. */
const CRI =
  /^\d{4}-\d\d-\d\dT[\d:.]{8,20}(?:Z|[+-]\d\d:\d\d) (?:stdout|stderr) [FP](?::[^ ]{0,16})? /;
/** A pair of logfmt. */
const PAIR =
  /(?<![\w.@/-])([A-Za-z_][\w.@/-]{0,63})=(?:"((?:[^"\\]|\\.){0,2000})"|([^\s"]{1,2000}))/g;
const MESSAGE_FIELDS = ['msg', 'message', 'Message'];

/**
 * Reads the fields of a line: JSON (nested too), else logfmt, inside what Docker's json-file, Fluent
 * Bit (`{"log":"…"}`) or a CRI runtime wrapped around it. A line of plain text has none.
 */
export function parseLine(line: string): ParsedLine {
  const fields = new FieldsOfLine();
  let text = line;
  for (let wrapping = 0; wrapping < MAX_WRAPPINGS; wrapping += 1) {
    text = text.replace(CRI, '');
    const object = jsonObject(text);
    if (!object) break;
    fields.addNested(object, '', 0);
    const inner = object.log;
    if (typeof inner !== 'string')
      return { fields: fields.byName, text, message: messageOf(object) };
    text = inner.trimEnd();
  }
  if (text.length <= MAX_LENGTH) fields.addPairs(text);
  return { fields: fields.byName, text, message: undefined };
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  if (text.length > MAX_LENGTH || !/^\s{0,64}\{/.test(text)) return undefined;
  try {
    // What begins with a brace is an object.
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Text that begins like JSON and is none: a line without fields.
    return undefined;
  }
}

function messageOf(object: Record<string, unknown>): string | undefined {
  const name = MESSAGE_FIELDS.find((each) => typeof object[each] === 'string');
  return name === undefined ? undefined : (object[name] as string);
}

/** Fields as they are found: an inner line replaces those of what is wrapped around it. */
class FieldsOfLine {
  readonly byName: Record<string, string> = Object.create(null);
  private left = MAX_FIELDS;

  addNested(value: object, prefix: string, depth: number): void {
    for (const [key, each] of Object.entries(value)) {
      // The items of a list (the scopes of .NET) have no names of their own.
      const name = Array.isArray(value) ? prefix.slice(0, -1) : prefix + key;
      if (typeof each === 'string' || typeof each === 'number') this.add(name, String(each));
      else if (typeof each === 'object' && each !== null && depth < MAX_DEPTH)
        this.addNested(each, `${name}.`, depth + 1);
      if (this.left === 0) return;
    }
  }

  addPairs(text: string): void {
    for (const [, name, quoted, plain] of text.matchAll(PAIR)) {
      this.add(name!, quoted ?? plain!);
      if (this.left === 0) return;
    }
  }

  private add(name: string, value: string): void {
    if (this.left === 0) return;
    this.left -= 1;
    this.byName[name] = value;
  }
}
