/**
 * Declares the tests of a client. Where it cannot be had they are skipped under a title that says so, or, with `REQUIRE_SERVICES=1`,
 * fail.
 */
export function describeClient(title: string, obstacle: string | undefined, body: () => void): void {
  if (obstacle === undefined) describe(title, body);
  else if (process.env.REQUIRE_SERVICES === '1')
    describe(title, () => {
      test('can be had', () => {
        throw new Error(`${obstacle}, and REQUIRE_SERVICES=1 forbids to skip`);
      });
    });
  else describe.skip(`${title} [skipped: ${obstacle}]`, body);
}
