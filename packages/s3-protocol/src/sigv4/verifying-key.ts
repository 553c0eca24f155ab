/** What proves signatures of one access key. */
export interface VerifyingKey {
  /** First line of what it signs; of chunks and trailers with `-PAYLOAD` and `-TRAILER` behind it. */
  readonly algorithm: string;
  /**
   * @param stringToSign latin1 text
   * @param signature as the request says it, in hex
   */
  proves(stringToSign: string, signature: string): boolean;
}
