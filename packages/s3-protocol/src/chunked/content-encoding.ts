const AWS_CHUNKED = 'aws-chunked';

/** Content-Encoding as it is stored: without `aws-chunked` (s3.md rule 20); undefined when nothing is left. */
export const storedContentEncoding = (header: string | undefined): string | undefined => {
  if (header === undefined || !header.toLowerCase().includes(AWS_CHUNKED)) return header;
  const kept = header.split(',').filter((coding) => coding.trim().toLowerCase() !== AWS_CHUNKED);
  const text = kept.join(',').trim();
  return text === '' ? undefined : text;
};
