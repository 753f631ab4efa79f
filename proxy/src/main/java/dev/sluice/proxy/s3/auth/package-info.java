/** Finds the access key that a request claims. */
package dev.sluice.proxy.s3.auth;
