import { RpcError } from '@needlestack/rpc';
import { CatalogError } from '../catalog-error.ts';
import { catalogErrorToRpc, rpcToCatalogError } from './catalog-failure.ts';

test('a refusal keeps its code and its facts', () => {
  const sent = catalogErrorToRpc(new CatalogError('SlowDown', 'too much', { Waiting: '9' }));
  expect(rpcToCatalogError(sent, false)).toMatchObject({
    name: 'CatalogError',
    code: 'SlowDown',
    details: { Waiting: '9' },
  });
});

test('what the transport says of a write is no refusal: the write may have happened', () => {
  for (const code of ['resource-exhausted', 'unavailable', 'internal', 'deadline-exceeded'] as const) {
    const failure = new RpcError(code, 'the stream broke', { cause: new Error('from the wire') });
    expect(rpcToCatalogError(failure, false)).toBe(failure);
  }
});

test('a write that was never sent is refused', () => {
  expect(rpcToCatalogError(new RpcError('resource-exhausted', 'too many wait'), false)).toMatchObject({
    name: 'CatalogError',
    code: 'SlowDown',
  });
});

test('a read that failed may be asked again', () => {
  const cause = new Error('from the wire');
  expect(rpcToCatalogError(new RpcError('unavailable', 'gone', { cause }), true)).toMatchObject({
    code: 'Unavailable',
  });
  expect(rpcToCatalogError(new RpcError('resource-exhausted', 'much', { cause }), true)).toMatchObject({
    code: 'SlowDown',
  });
});
