import type { LookupFunction } from 'node:net';
import { BufferedMultipartWriter, type BufferedMultipartWriterOptions } from './buffered-multipart-writer.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { ConfigurationError, type ObjectStorageConfig, type S3StorageConfig } from './config.ts';
import { createCredentialChain } from './credentials/credential-chain.ts';
import type { CredentialSource } from './credentials/credential-source.ts';
import type { Environment } from './credentials/credential-step.ts';
import { FsStorage } from './fs/fs-storage.ts';
import type { ObjectStorage } from './object-storage.ts';
import { S3Storage } from './s3/s3-storage.ts';
import { TlsFiles } from './tls-files.ts';

export interface OpenOptions {
  /** Variables of the process, for credentials. */
  readonly environment: Environment;
  /** Told of what works but should be looked at; never a secret. */
  readonly warn?: (message: string) => void;
  readonly clock?: Clock;
  /** From 0 to below 1. */
  readonly random?: () => number;
  /** Decides which addresses a name may stand for. */
  readonly lookup?: LookupFunction;
}

/** A storage as it is configured. Asks for nothing yet. @throws ConfigurationError when a directory or a TLS file is not to be had */
export function openObjectStorage(config: ObjectStorageConfig, options: OpenOptions): ObjectStorage {
  if (config.kind === 'object') return openS3Storage(config, options);
  try {
    return new FsStorage(config.directory, options.clock);
  } catch (cause) {
    throw new ConfigurationError('directory', config.directory, 'a directory that is there or can be made', { cause });
  }
}

/** A writer with the part size and the parallelism of the configuration. */
export function openWriter(
  config: ObjectStorageConfig,
  storage: ObjectStorage,
  key: string,
  options: BufferedMultipartWriterOptions = {},
): BufferedMultipartWriter {
  return new BufferedMultipartWriter(storage, key, { ...config.writer, ...options });
}

function openS3Storage(config: S3StorageConfig, options: OpenOptions): S3Storage {
  const { clock = SYSTEM_CLOCK, random = Math.random } = options;
  const tls = openTlsFiles(config, clock);
  return new S3Storage({
    bucket: config.bucket,
    prefix: config.prefix,
    region: config.region,
    ...(config.endpoint === '' ? undefined : { endpoint: config.endpoint }),
    credentials: openCredentials(config, options),
    limits: config.limits,
    ...(options.lookup === undefined ? undefined : { lookup: options.lookup }),
    ...(tls === undefined ? undefined : { tls }),
    clock,
    random,
  });
}

function openCredentials(config: S3StorageConfig, options: OpenOptions): CredentialSource {
  const { accessKeyId, secretAccessKey, sessionToken, profile, credentialOrder, region } = config;
  return createCredentialChain({
    ...(secretAccessKey === undefined
      ? undefined
      : {
          inline: {
            accessKeyId,
            secretAccessKey: secretAccessKey.reveal(),
            ...(sessionToken === undefined ? undefined : { sessionToken: sessionToken.reveal() }),
          },
        }),
    profile,
    order: credentialOrder,
    region,
    ...options,
  });
}

function openTlsFiles(config: S3StorageConfig, clock: Clock): TlsFiles | undefined {
  const { tlsCa, tlsClientCert, tlsClientKey } = config;
  if (tlsCa === '' && tlsClientCert === '') return undefined;
  const paths = {
    ...(tlsCa === '' ? undefined : { ca: tlsCa }),
    ...(tlsClientCert === '' ? undefined : { cert: tlsClientCert, key: tlsClientKey }),
  };
  try {
    return new TlsFiles(paths, clock);
  } catch (cause) {
    throw new ConfigurationError('tlsCa, tlsClientCert, tlsClientKey', paths, 'files that can be read', { cause });
  }
}
