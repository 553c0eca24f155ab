// Buffers are compared as bytes: jest's own way goes through them as through any list, a second for each 300 KB.
expect.addEqualityTesters([
  (first, second) => (Buffer.isBuffer(first) && Buffer.isBuffer(second) ? first.equals(second) : undefined),
]);
