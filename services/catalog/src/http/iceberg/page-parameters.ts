import { PAGE_SIZE_MAX } from '../../core/tables/limits.ts';
import type { PageRequest } from '../../core/tables/list-entries.ts';
import { TableError } from '../../core/tables/table-error.ts';

/**
 * `pageToken` and `pageSize`. Without both everything is listed; a token alone, empty or not, asks for pages of our size.
 */
export function readPageParameters(query: URLSearchParams): PageRequest {
  const pageToken = query.get('pageToken') ?? undefined;
  const sizeText = query.get('pageSize');
  if (sizeText === null) return { pageToken, pageSize: pageToken === undefined ? undefined : PAGE_SIZE_MAX };
  if (!/^[0-9]{1,9}$/.test(sizeText) || Number(sizeText) === 0) {
    throw new TableError(
      'bad-request',
      `pageSize must be a positive number, found ${JSON.stringify(sizeText.slice(0, 40))}`,
    );
  }
  return { pageToken, pageSize: Math.min(PAGE_SIZE_MAX, Number(sizeText)) };
}
