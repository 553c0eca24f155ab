/** The condition keys that S3 requests have, and so those that a bucket policy may name. */

/** In lower case. A name that ends in `/` stands for all keys under it. */
const GLOBAL_KEYS =
  `aws:calledvia aws:calledviafirst aws:calledvialast aws:currenttime aws:epochtime aws:federatedprovider aws:multifactorauthage
aws:multifactorauthpresent aws:principalaccount aws:principalarn aws:principalisawsservice aws:principalorgid aws:principalorgpaths
aws:principalservicename aws:principalservicenameslist aws:principaltag/ aws:principaltype aws:referer aws:requestedregion aws:requesttag/
aws:resourceaccount aws:resourceorgid aws:resourceorgpaths aws:resourcetag/ aws:securetransport aws:sourceaccount aws:sourcearn
aws:sourceidentity aws:sourceip aws:sourceorgid aws:sourceorgpaths aws:sourcevpc aws:sourcevpce aws:tagkeys aws:tokenissuetime
aws:useragent aws:userid aws:username aws:viaawsservice aws:vpcsourceip sts:authentication`.split(/\s+/);

const S3_KEYS =
  `s3:accessgrantsinstancearn s3:accesspointnetworkorigin s3:authtype s3:bucketkeyenabled s3:buckettag/ s3:dataaccesspointaccount
s3:dataaccesspointarn s3:delimiter s3:existingobjecttag/ s3:if-match s3:if-none-match s3:inventoryaccessibleoptionalfields
s3:isreplicationpausedetail s3:jobsuspendedcause s3:locationconstraint s3:max-keys s3:object-lock-legal-hold s3:object-lock-mode
s3:object-lock-remaining-retention-days s3:object-lock-retain-until-date s3:objectcreationoperation s3:prefix s3:requestobjecttag/
s3:requestobjecttagkeys s3:resourceaccount s3:resourcetag/ s3:signatureage s3:signatureversion s3:tlsversion s3:versionid
s3:x-amz-acl s3:x-amz-content-sha256 s3:x-amz-copy-source s3:x-amz-grant-full-control s3:x-amz-grant-read s3:x-amz-grant-read-acp
s3:x-amz-grant-write s3:x-amz-grant-write-acp s3:x-amz-metadata-directive s3:x-amz-object-ownership s3:x-amz-server-side-encryption
s3:x-amz-server-side-encryption-aws-kms-key-id s3:x-amz-server-side-encryption-customer-algorithm s3:x-amz-storage-class
s3:x-amz-website-redirect-location`.split(/\s+/);

const KNOWN: ReadonlySet<string> = new Set([...GLOBAL_KEYS, ...S3_KEYS]);

/** Whether a bucket policy may name the key. Keys of identity providers, `<issuer>:sub`, are known too. */
export const isBucketPolicyKey = (key: string): boolean => {
  const slash = key.indexOf('/');
  if (KNOWN.has(slash < 0 ? key : key.slice(0, slash + 1))) return true;
  return !key.startsWith('aws:') && !key.startsWith('s3:') && /:(?:aud|sub|azp|app_id|amr|oaud)$/.test(key);
};

/** Policies of identities speak of every service; their keys are checked only in form. */
export const isAnyKey = (): boolean => true;
