import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import parquet from 'parquetjs-lite';

/** A Parquet file of rows with a number and a name, as a program without Iceberg writes it. */
export async function writeParquetFile(
  rows: readonly { readonly id: number; readonly name: string }[],
): Promise<Buffer> {
  const schema = new parquet.ParquetSchema({
    id: { type: 'INT64', optional: true },
    name: { type: 'UTF8', optional: true, compression: 'SNAPPY' },
  });
  const target = new PassThrough();
  const file = buffer(target);
  const writer = await parquet.ParquetWriter.openStream(schema, target);
  for (const row of rows) await writer.appendRow(row);
  await writer.close();
  return file;
}
