import { runUploadRaces } from './run-upload-races.ts';

/** `race-uploads.ts` runs as many as one likes. */
const RACES = 25;

test('uploads that are completed, aborted, expired and sent again at once end whole or not at all', async () => {
  const seed = Date.now() % 2 ** 31;
  await expect(
    runUploadRaces({ races: RACES, seed }).catch((error: unknown) => `seed ${seed}: ${error}`),
  ).resolves.toBeUndefined();
});
