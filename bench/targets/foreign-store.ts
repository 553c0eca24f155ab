import type { Target } from './target.ts';

/** Another S3 endpoint that runs already; its keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, as S3 clients read them. */
export function foreignStore(url: string): Target {
  const credentials = {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? '',
  };
  return {
    endpoint: { name: 'vs', s3Url: url.replace(/\/$/, ''), credentials },
    pids: [],
    stop: async () => undefined,
  };
}
