import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { type ChannelOptions, Client, type VerifyOptions } from '@grpc/grpc-js';
import { type ChannelSecurity, createChannelCredentials } from '../channel-security.ts';
import { installFrameDecoder } from '../install-frame-decoder.ts';
import { KEEPALIVE_INTERVAL_MS, KEEPALIVE_TIMEOUT_MS, MESSAGE_BYTES_MAX, RECEIVE_WINDOW_BYTES } from '../limits.ts';

/** The same connection settings for clients and sessions, so that they share one connection. */
const CHANNEL_OPTIONS = {
  'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
  'grpc.max_send_message_length': MESSAGE_BYTES_MAX,
  'grpc-node.flow_control_window': RECEIVE_WINDOW_BYTES,
  'grpc.keepalive_time_ms': KEEPALIVE_INTERVAL_MS,
  'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 5_000,
} as const;

/** Told to servers that are known by address: TLS knows no addresses as names (RFC 6066 §3), and the library always sends one. */
const NAME_OF_ADDRESSES = 'reached-by-address.invalid';

/** The IP address in `address:port` or `[address]:port`; undefined for a host name. */
const ipAddressOf = (address: string): string | undefined => {
  const host = address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? undefined : host;
};

/** The certificate must hold the address itself; the name that was sent in its stead counts for nothing. */
const verifyAddress = (ipAddress: string): VerifyOptions => ({
  checkServerIdentity: (_name, certificate) => checkServerIdentity(ipAddress, certificate),
});

/** A client of the server at `host:port`. The host may be an IP address, with TLS too: then its certificate must hold that address. */
export const openClient = (address: string, security: ChannelSecurity): Client => {
  installFrameDecoder();
  const ipAddress = security.tls === undefined ? undefined : ipAddressOf(address);
  if (ipAddress === undefined) return new Client(address, createChannelCredentials(security), CHANNEL_OPTIONS);
  const options: ChannelOptions = { ...CHANNEL_OPTIONS, 'grpc.ssl_target_name_override': NAME_OF_ADDRESSES };
  return new Client(address, createChannelCredentials(security, verifyAddress(ipAddress)), options);
};
