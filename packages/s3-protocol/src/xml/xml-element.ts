/** An element with its namespace prefix removed. Attributes are not kept: no request of S3 gives them a meaning we serve. */
export interface XmlElement {
  readonly name: string;
  /** Text and CDATA directly inside, joined; white space kept. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}
