/** The parts of a request path as text; nothing is checked yet. */
export interface NeedlePath {
  readonly volumeText: string;
  readonly fileText: string;
  /** From the third form only. */
  readonly fileName: string;
  /** With its dot; empty when there is none. */
  readonly extension: string;
}

/** Splits `/vid,fid[.ext]`, `/vid/fid[.ext]` and `/vid/fid/name`. Takes the path without its query. */
export function splitNeedlePath(path: string): NeedlePath {
  const parts = path.split('/');
  if (parts.length === 4) {
    const fileName = decode(parts[3] ?? '');
    return { volumeText: parts[1] ?? '', fileText: parts[2] ?? '', fileName, extension: extensionOf(fileName) };
  }
  if (parts.length === 3) return { volumeText: parts[1] ?? '', ...splitExtension(parts[2] ?? '') };
  const last = decode(parts.at(-1) ?? '');
  const comma = last.lastIndexOf(',');
  if (comma <= 0) return { volumeText: last, fileText: '', fileName: '', extension: '' };
  return { volumeText: last.slice(0, comma), ...splitExtension(last.slice(comma + 1)) };
}

export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}

function splitExtension(text: string): Pick<NeedlePath, 'fileText' | 'fileName' | 'extension'> {
  const dot = text.lastIndexOf('.');
  if (dot <= 0) return { fileText: text, fileName: '', extension: '' };
  return { fileText: text.slice(0, dot), fileName: '', extension: text.slice(dot) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
