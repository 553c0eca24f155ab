import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { sniffContentType } from '../download/sniff-content-type.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** A gzip stream is kept when it saves a tenth. */
const KEPT_BELOW = 0.9;

/** The data as gzip, where its type says that this is worth trying and it turns out to be. Undefined at once where it is not. */
export function foldUpload(upload: {
  readonly data: Buffer;
  readonly name: string;
  readonly mime: string;
}): Promise<Buffer | undefined> | undefined {
  const { data, name, mime } = upload;
  const type = mime === '' ? sniffContentType(data) : mime;
  if (data.length === 0 || !isCompressible(type, name)) return undefined;
  return compress(data).then((folded) => (folded.length < data.length * KEPT_BELOW ? folded : undefined));
}

/** What the sender calls gzip, unfolded; as it came where it is none, or would be longer than a file may be. It is stored in either case. */
export async function unfoldUpload(data: Buffer, maxOutputLength: number): Promise<Buffer> {
  try {
    return await decompress(data, { maxOutputLength });
  } catch {
    return data;
  }
}

type NameRule = 'plain picture' | 'packed' | 'text';

const NAME_RULES: ReadonlyMap<string, NameRule> = new Map([
  ...namesAre('text', '.pdf .txt .html .htm .css .js .json .php .java .go .rb .c .cpp .h .hpp'),
  ...namesAre('packed', '.zip .rar .gz .bz2 .xz .zst .br .png .jpg .jpeg'),
  ...namesAre('plain picture', '.svg .bmp .wav'),
]);

function namesAre(rule: NameRule, names: string): [string, NameRule][] {
  return names.split(' ').map((name) => [name, rule]);
}

/**
 * Whether stored bytes of this type and name are worth compressing. The rules for names see the whole name, so they only meet files
 * that are called nothing but `.json`: other servers decide the same way, and copies must agree.
 */
function isCompressible(type: string, name: string): boolean {
  // Most names are looked for in vain, and a string is not hashed for nothing.
  const rule = name.startsWith('.') ? NAME_RULES.get(name) : undefined;
  if (type.startsWith('text/') || rule === 'plain picture') return true;
  if (type.startsWith('image/')) return false;
  if (rule !== undefined) return rule === 'text';
  if (type.startsWith('application/')) return type.endsWith('xml') || type.endsWith('script');
  return type === 'audio/wave' || type === 'audio/wav' || type === 'audio/x-wav' || type === 'audio/x-pn-wav';
}
