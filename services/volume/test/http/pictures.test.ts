import sharp from 'sharp';
import { send } from '../support/raw-http.ts';
import { startWithVolume } from '../support/start-test-service.ts';

const ID = '/1/0123456789';

type PictureType = 'png' | 'jpeg' | 'gif' | 'webp';

/** A picture whose columns differ, so that what was cut shows. */
function makePicture(width: number, height: number, type: PictureType, orientation?: number): Promise<Buffer> {
  const raw = Buffer.alloc(width * height * 3);
  for (let at = 0; at < width * height; at += 1) raw[at * 3] = (at % width) * 20;
  const picture = sharp(raw, { raw: { width, height, channels: 3 } });
  return (orientation === undefined ? picture : picture.withMetadata({ orientation })).toFormat(type).toBuffer();
}

async function describe(data: Buffer): Promise<string> {
  const { format, width, height } = await sharp(data).metadata();
  return `${format} ${width}x${height}`;
}

test.each([
  ['name.png', 'png', 'width=6', 'png 6x4'],
  ['name.PNG', 'png', 'height=2', 'png 3x2'],
  ['name.png', 'png', 'width=6&height=6', 'png 6x6'],
  ['name.png', 'png', 'width=6&height=2', 'png 6x2'],
  ['name.png', 'png', 'width=6&height=2&mode=fit', 'png 3x2'],
  ['name.png', 'png', 'width=4&height=6&mode=fill', 'png 4x6'],
  ['name.jpg', 'jpeg', 'width=6', 'jpeg 6x4'],
  ['name.jpeg', 'jpeg', 'width=6', 'jpeg 6x4'],
  ['name.gif', 'gif', 'width=6', 'gif 6x4'],
  ['name.webp', 'webp', 'width=6', 'png 6x4'],
  ['name.png', 'png', 'crop_x1=1&crop_y1=2&crop_x2=6&crop_y2=5', 'png 5x3'],
  ['name.png', 'png', 'crop_x1=0&crop_y1=0&crop_x2=6&crop_y2=6&width=3', 'png 3x3'],
] as const)('%s of a %s of 12x8, %s: %s', async (name, type, query, expected) => {
  const { url } = await startWithVolume();
  await send(url, 'PUT', '/1,0123456789', {}, await makePicture(12, 8, type));
  const answer = await send(url, 'GET', `${ID}/${name}?${query}`);
  expect(answer.status).toBe(200);
  expect(await describe(answer.body)).toBe(expected);
});

test.each([
  ['it would be larger', 'name.png', 'width=100&height=100'],
  ['the name is not that of a picture', 'name.txt', 'width=6'],
  ['it has no name', '', 'width=6'],
  ['the cut is outside', 'name.png', 'crop_x1=0&crop_y1=0&crop_x2=13&crop_y2=2'],
  ['the cut is empty', 'name.png', 'crop_x1=5&crop_y1=0&crop_x2=5&crop_y2=2'],
  ['WebP is not cut', 'name.webp', 'crop_x1=0&crop_y1=0&crop_x2=2&crop_y2=2'],
  ['the numbers are none', 'name.png', 'width=abc&height=-3'],
  ['the result would be huge', 'name.png', 'width=6&height=999999999'],
])('the picture stays as it is when %s', async (_, name, query) => {
  const { url } = await startWithVolume();
  const picture = await makePicture(12, 8, 'png');
  await send(url, 'PUT', '/1,0123456789', { 'content-type': 'image/png' }, picture);
  const path = name === '' ? '/1,0123456789' : `${ID}/${name}`;
  expect((await send(url, 'GET', `${path}?${query}`)).body.equals(picture)).toBe(true);
});

test('what is no picture stays as it is, whatever it is called', async () => {
  const { url } = await startWithVolume();
  await send(url, 'PUT', '/1,0123456789', {}, 'no picture');
  expect((await send(url, 'GET', `${ID}/name.png?width=6`)).body.toString()).toBe('no picture');
});

test('the cut is the one that was asked for', async () => {
  const { url } = await startWithVolume();
  await send(url, 'PUT', '/1,0123456789', {}, await makePicture(12, 8, 'png'));
  const { body } = await send(url, 'GET', `${ID}/name.png?crop_x1=3&crop_y1=0&crop_x2=5&crop_y2=1`);
  const pixels = await sharp(body).removeAlpha().raw().toBuffer();
  expect([pixels[0], pixels[3]]).toEqual([60, 80]);
});

test('JPEG pictures are turned upright on the way in, where the server is told to', async () => {
  const picture = await makePicture(12, 8, 'jpeg', 6);
  const plain = await startWithVolume();
  await send(plain.url, 'PUT', '/1,0123456789', { 'content-type': 'image/jpeg' }, picture);
  expect((await send(plain.url, 'GET', '/1,0123456789')).body.equals(picture)).toBe(true);
  const fixing = await startWithVolume({ fixesJpegOrientation: true });
  await send(fixing.url, 'PUT', '/1,0123456789', { 'content-type': 'image/jpeg' }, picture);
  expect(await describe((await send(fixing.url, 'GET', '/1,0123456789')).body)).toBe('jpeg 8x12');
});
