// Made from /proto by `node packages/rpc/src/codegen/main.ts`. Do not edit.

export interface RemoteConf {
  readonly type: string;
  readonly name: string;
  readonly s3_access_key: string;
  readonly s3_secret_key: string;
  readonly s3_region: string;
  readonly s3_endpoint: string;
  readonly s3_storage_class: string;
  readonly s3_force_path_style: boolean;
  readonly gcs_google_application_credentials: string;
  readonly s3_v4_signature: boolean;
  readonly gcs_project_id: string;
  readonly s3_support_tagging: boolean;
  readonly azure_account_name: string;
  readonly azure_account_key: string;
  readonly azure_client_id: string;
  readonly azure_endpoint: string;
  readonly backblaze_key_id: string;
  readonly backblaze_application_key: string;
  readonly backblaze_endpoint: string;
  readonly backblaze_region: string;
  readonly aliyun_access_key: string;
  readonly aliyun_secret_key: string;
  readonly aliyun_endpoint: string;
  readonly aliyun_region: string;
  readonly tencent_secret_id: string;
  readonly tencent_secret_key: string;
  readonly tencent_endpoint: string;
  readonly baidu_access_key: string;
  readonly baidu_secret_key: string;
  readonly baidu_endpoint: string;
  readonly baidu_region: string;
  readonly wasabi_access_key: string;
  readonly wasabi_secret_key: string;
  readonly wasabi_endpoint: string;
  readonly wasabi_region: string;
  readonly filebase_access_key: string;
  readonly filebase_secret_key: string;
  readonly filebase_endpoint: string;
  readonly storj_access_key: string;
  readonly storj_secret_key: string;
  readonly storj_endpoint: string;
  readonly contabo_access_key: string;
  readonly contabo_secret_key: string;
  readonly contabo_endpoint: string;
  readonly contabo_region: string;
}
export interface RemoteConfInit {
  readonly type?: string | undefined;
  readonly name?: string | undefined;
  readonly s3_access_key?: string | undefined;
  readonly s3_secret_key?: string | undefined;
  readonly s3_region?: string | undefined;
  readonly s3_endpoint?: string | undefined;
  readonly s3_storage_class?: string | undefined;
  readonly s3_force_path_style?: boolean | undefined;
  readonly gcs_google_application_credentials?: string | undefined;
  readonly s3_v4_signature?: boolean | undefined;
  readonly gcs_project_id?: string | undefined;
  readonly s3_support_tagging?: boolean | undefined;
  readonly azure_account_name?: string | undefined;
  readonly azure_account_key?: string | undefined;
  readonly azure_client_id?: string | undefined;
  readonly azure_endpoint?: string | undefined;
  readonly backblaze_key_id?: string | undefined;
  readonly backblaze_application_key?: string | undefined;
  readonly backblaze_endpoint?: string | undefined;
  readonly backblaze_region?: string | undefined;
  readonly aliyun_access_key?: string | undefined;
  readonly aliyun_secret_key?: string | undefined;
  readonly aliyun_endpoint?: string | undefined;
  readonly aliyun_region?: string | undefined;
  readonly tencent_secret_id?: string | undefined;
  readonly tencent_secret_key?: string | undefined;
  readonly tencent_endpoint?: string | undefined;
  readonly baidu_access_key?: string | undefined;
  readonly baidu_secret_key?: string | undefined;
  readonly baidu_endpoint?: string | undefined;
  readonly baidu_region?: string | undefined;
  readonly wasabi_access_key?: string | undefined;
  readonly wasabi_secret_key?: string | undefined;
  readonly wasabi_endpoint?: string | undefined;
  readonly wasabi_region?: string | undefined;
  readonly filebase_access_key?: string | undefined;
  readonly filebase_secret_key?: string | undefined;
  readonly filebase_endpoint?: string | undefined;
  readonly storj_access_key?: string | undefined;
  readonly storj_secret_key?: string | undefined;
  readonly storj_endpoint?: string | undefined;
  readonly contabo_access_key?: string | undefined;
  readonly contabo_secret_key?: string | undefined;
  readonly contabo_endpoint?: string | undefined;
  readonly contabo_region?: string | undefined;
}

export interface RemoteStorageMapping {
  readonly mappings: Readonly<Record<string, RemoteStorageLocation>>;
  readonly primary_bucket_storage_name: string;
}
export interface RemoteStorageMappingInit {
  readonly mappings?: Readonly<Record<string, RemoteStorageLocationInit>> | undefined;
  readonly primary_bucket_storage_name?: string | undefined;
}

export interface RemoteStorageLocation {
  readonly name: string;
  readonly bucket: string;
  readonly path: string;
  readonly listing_cache_ttl_seconds: number;
}
export interface RemoteStorageLocationInit {
  readonly name?: string | undefined;
  readonly bucket?: string | undefined;
  readonly path?: string | undefined;
  readonly listing_cache_ttl_seconds?: number | undefined;
}
