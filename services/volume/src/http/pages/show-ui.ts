import type { Volume } from '../../core/volume/volume.ts';
import type { HttpContext } from '../http-context.ts';
import type { NeedleExchange } from '../needle-exchange.ts';
import { sendBody } from '../send-response.ts';

/** `/ui/index.html`: disks and volumes for people. */
export async function showUi(context: HttpContext, exchange: NeedleExchange): Promise<void> {
  const disks = await context.registry.store.diskStatuses();
  const page = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Volume server</title>
<link rel="icon" href="/favicon.ico">
<style>body { font: 14px sans-serif; margin: 2em } table { border-collapse: collapse } th, td { padding: 0.2em 1em; text-align: left; border-bottom: 1px solid #ccc }</style>
</head>
<body>
<h1><img src="/seaweedfsstatic/seaweed50x50.png" alt="" width="50" height="50"> Volume server ${escapeHtml(context.version)}</h1>
<h2>Disks</h2>
${renderTable(
  ['Directory', 'Type', 'Total bytes', 'Free bytes', 'Volumes at most'],
  disks.map(({ path, diskType, totalBytes, freeBytes, volumesMax }) => [
    path,
    diskType || 'hdd',
    totalBytes,
    freeBytes,
    volumesMax,
  ]),
)}
<h2>Volumes</h2>
${renderTable(
  ['Id', 'Collection', 'Replication', 'Bytes', 'Files', 'Deletions', 'Deleted bytes', 'State'],
  context.registry.list().map(describe),
)}
</body>
</html>
`;
  exchange.headers.add('Content-Type', 'text/html; charset=utf-8');
  sendBody(exchange, 200, page);
}

function describe(volume: Volume): readonly (string | number)[] {
  const { volumeId, collection, replication, counters, state } = volume;
  const { endBytes } = volume.opened.file;
  const { fileCount, deleteCount, deletedBytes } = counters;
  return [volumeId, collection, replication, endBytes, fileCount, deleteCount, deletedBytes, state];
}

function renderTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(String(cell))}</${tag}>`).join('')}</tr>`;
  return `<table>\n${[line(head, 'th'), ...rows.map((row) => line(row, 'td'))].join('\n')}\n</table>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
