/** The methods of select.proto, one file each. */
import { type BoundService, bindService } from '@needlestack/rpc';
import type { Select } from '@needlestack/rpc/wire/needlestack-select';
import type { SelectPort } from '@needlestack/service-contracts';
import { select } from './select.ts';

export const SELECT_SERVICE = 'needlestack_select.Select';

export const bindSelectService = (port: SelectPort): BoundService =>
  bindService<Select>(SELECT_SERVICE, {
    Select: (request, { signal }) => select(port, request, signal),
  });
