/** Compares hex digests without telling by time where they differ. */
export const isEqualConstantTime = (expected: string, given: string): boolean => {
  if (expected.length !== given.length) return false;
  let difference = 0;
  for (let index = 0; index < expected.length; index++) {
    difference |= expected.charCodeAt(index) ^ given.charCodeAt(index);
  }
  return difference === 0;
};
