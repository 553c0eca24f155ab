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
export function splitNeedlePath(rawPath: string): NeedlePath {
  const path = decodePath(rawPath);
  const lastSlash = path.lastIndexOf('/');
  if (lastSlash > 0) {
    const parts = path.split('/');
    if (parts.length === 4) {
      const fileName = parts[3] ?? '';
      return { volumeText: parts[1] ?? '', fileText: parts[2] ?? '', fileName, extension: extensionOf(fileName) };
    }
    if (parts.length === 3) return withoutExtension(parts[1] ?? '', parts[2] ?? '');
  }
  const comma = path.lastIndexOf(',');
  if (comma <= lastSlash + 1) {
    return { volumeText: path.slice(lastSlash + 1), fileText: '', fileName: '', extension: '' };
  }
  return withoutExtension(path.slice(lastSlash + 1, comma), path.slice(comma + 1));
}

/** The last element of a path, under which a body without a name is stored. */
export function lastPathPart(rawPath: string): string {
  const path = decodePath(rawPath);
  return path.slice(path.lastIndexOf('/') + 1);
}

export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}

function withoutExtension(volumeText: string, text: string): NeedlePath {
  const dot = text.lastIndexOf('.');
  if (dot <= 0) return { volumeText, fileText: text, fileName: '', extension: '' };
  return { volumeText, fileText: text.slice(0, dot), fileName: '', extension: text.slice(dot) };
}

function decodePath(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
