// `node services/volume/fuzz/upload-bodies.ts --minutes 5`: forms as clients may send them, damaged.
import { type FuzzTarget, fuzz } from '@needlestack/fuzz';
import { HttpError } from '../src/http/http-error.ts';
import { parseMultipartForm } from '../src/http/upload/multipart-form.ts';

const BOUNDARY = 'xyz';

function form(...parts: readonly (readonly [headers: readonly string[], data: string])[]): Buffer {
  const lines = parts.map(([headers, data]) => `--${BOUNDARY}\r\n${headers.join('\r\n')}\r\n\r\n${data}\r\n`);
  return Buffer.from(`${lines.join('')}--${BOUNDARY}--\r\n`);
}

const bodies: FuzzTarget = {
  name: 'multipart upload',
  seeds: [
    form([['Content-Disposition: form-data; name="file"; filename="a.txt"', 'Content-Type: text/plain'], 'data']),
    form(
      [['Content-Disposition: form-data; name="ts"'], '1760000000'],
      [['Content-Disposition: form-data; name="ttl"'], '5m'],
      [
        ["Content-Disposition: form-data; name=file; filename*=utf-8''%e2%82%ac.png", 'Content-MD5: x'],
        'xyz--xyz\r\n--xy',
      ],
    ),
    form([[], '']),
  ],
  decode: (input) => parseMultipartForm(`multipart/form-data; boundary=${BOUNDARY}`, input),
  isRefusal: (error) => error instanceof HttpError && error.status === 400,
};

const contentTypes: FuzzTarget = {
  name: 'content type of an upload',
  seeds: [
    Buffer.from('multipart/form-data; boundary=xyz'),
    Buffer.from('multipart/form-data; charset=utf-8; boundary="xyz"'),
  ],
  decode: (input) => parseMultipartForm(input.toString('latin1'), form([[], 'data'])),
  isRefusal: (error) => error instanceof HttpError && error.status === 400,
  inputBytesMax: 4_096,
};

await fuzz([bodies, contentTypes]);
