/**
 * What an S3 request is about, told from its head: bucket, claimed access key, operation class. Pure functions over
 * strings; nothing here knows Netty or does I/O. The rules mirror RGW's ({@code rgw_rest.cc}, {@code rgw_rest_s3.cc},
 * {@code rgw_auth_s3.cc}): where RGW would find another bucket or key than we do, a limit could be walked around.
 */
package dev.sluice.proxy.s3;
