import type { Sharp, SharpOptions } from 'sharp';
import type { NeedleExchange } from '../needle-exchange.ts';

/** What a query asks of a picture. Numbers that are missing or no numbers are 0. */
export interface ImageWish {
  /** With its dot, in lower case. */
  readonly extension: string;
  readonly width: number;
  readonly height: number;
  readonly mode: string;
  readonly crop: CropWish | undefined;
}

export interface CropWish {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const RESIZABLE: ReadonlySet<string> = new Set(['.png', '.jpg', '.jpeg', '.gif', '.webp']);
const CROPPABLE: ReadonlySet<string> = new Set(['.png', '.jpg', '.jpeg', '.gif']);
/** A picture of more pixels is given as it is, and none is made that has more. */
const PIXELS_MAX = 64 * 2 ** 20;

/** Undefined when the query asks for nothing, or the name is not that of a picture. */
export function readImageWish(exchange: NeedleExchange, nameExtension: string): ImageWish | undefined {
  if (exchange.queryText === '') return undefined;
  const extension = nameExtension.toLowerCase();
  const isResizable = RESIZABLE.has(extension);
  const width = isResizable ? readInteger(exchange.parameter('width')) : 0;
  const height = isResizable ? readInteger(exchange.parameter('height')) : 0;
  const crop = CROPPABLE.has(extension) ? readCrop(exchange) : undefined;
  if (width <= 0 && height <= 0 && crop === undefined) return undefined;
  const mode = exchange.parameter('mode') ?? '';
  return { extension, width: Math.max(width, 0), height: Math.max(height, 0), mode, crop };
}

/** Cuts, then scales down. Data that is no picture, and wishes that would enlarge it, give the data as it is. */
export async function transformImage(data: Uint8Array, wish: ImageWish): Promise<Uint8Array> {
  const sharp = await loadSharp();
  if (sharp === undefined) return data;
  const cropped = wish.crop === undefined ? data : await cropImage(sharp, data, wish.crop, wish.extension);
  return resizeImage(sharp, cropped, wish);
}

/** Turns a JPEG upright, as its EXIF data says it was taken. */
export async function uprightJpeg(data: Uint8Array): Promise<Uint8Array> {
  const sharp = await loadSharp();
  if (sharp === undefined) return data;
  try {
    const { orientation = 1 } = await sharp(data, READ_OPTIONS).metadata();
    return orientation === 1 ? data : await sharp(data, READ_OPTIONS).autoOrient().jpeg().toBuffer();
  } catch {
    return data;
  }
}

const READ_OPTIONS: SharpOptions = { limitInputPixels: PIXELS_MAX, failOn: 'none' };

type OpenImage = (data: Uint8Array, options: SharpOptions) => Sharp;

let loading: Promise<OpenImage | undefined> | undefined;

/** With the first picture: most servers never see one. Where the library has no build for the machine, pictures stay as they are. */
function loadSharp(): Promise<OpenImage | undefined> {
  loading ??= import('sharp').then(
    ({ default: sharp }) => sharp,
    () => undefined,
  );
  return loading;
}

async function cropImage(sharp: OpenImage, data: Uint8Array, crop: CropWish, extension: string): Promise<Uint8Array> {
  try {
    const { width, height } = await sharp(data, READ_OPTIONS).metadata();
    if (crop.right > width || crop.bottom > height) return data;
    const { left, top, right, bottom } = crop;
    return await encode(
      sharp(data, READ_OPTIONS).extract({ left, top, width: right - left, height: bottom - top }),
      extension,
    );
  } catch {
    return data;
  }
}

async function resizeImage(sharp: OpenImage, data: Uint8Array, wish: ImageWish): Promise<Uint8Array> {
  const { width: wantedWidth, height: wantedHeight } = wish;
  if (wantedWidth === 0 && wantedHeight === 0) return data;
  try {
    const { width, height } = await sharp(data, READ_OPTIONS).metadata();
    const isLarger = (wantedWidth !== 0 && width > wantedWidth) || (wantedHeight !== 0 && height > wantedHeight);
    if (!isLarger || wantedWidth * wantedHeight > PIXELS_MAX) return data;
    const isThumbnail = wantedWidth === wantedHeight && width !== height;
    const image = sharp(data, READ_OPTIONS).resize({
      width: wantedWidth === 0 ? undefined : wantedWidth,
      height: wantedHeight === 0 ? undefined : wantedHeight,
      fit: fitOf(wish, isThumbnail),
      withoutEnlargement: wish.mode === 'fit',
    });
    return await encode(image, wish.extension);
  } catch {
    return data;
  }
}

/**
 * One length alone keeps the shape. Of two, `fit` keeps the whole picture, `fill` and thumbnails cut its rim, everything else
 * stretches it.
 */
function fitOf({ mode, width, height }: ImageWish, isThumbnail: boolean): 'inside' | 'cover' | 'fill' {
  if (mode === 'fit' || width === 0 || height === 0) return 'inside';
  return mode === 'fill' || isThumbnail ? 'cover' : 'fill';
}

/** WebP comes back as PNG, as it always has. */
function encode(image: Sharp, extension: string): Promise<Buffer> {
  switch (extension) {
    case '.jpg':
    case '.jpeg':
      return image.jpeg().toBuffer();
    case '.gif':
      return image.gif().toBuffer();
    default:
      return image.png().toBuffer();
  }
}

function readCrop(exchange: NeedleExchange): CropWish | undefined {
  const left = readInteger(exchange.parameter('crop_x1'));
  const top = readInteger(exchange.parameter('crop_y1'));
  const right = readInteger(exchange.parameter('crop_x2'));
  const bottom = readInteger(exchange.parameter('crop_y2'));
  return left >= 0 && top >= 0 && right > left && bottom > top ? { left, top, right, bottom } : undefined;
}

function readInteger(text: string | undefined): number {
  return text !== undefined && /^[+-]?\d{1,9}$/.test(text) ? Number(text) : 0;
}
