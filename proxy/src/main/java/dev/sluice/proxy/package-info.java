/**
 * The sidecar. {@link dev.sluice.proxy.Main} is the command line, {@link dev.sluice.proxy.Sidecar} puts the parts
 * together and takes them down again, {@link dev.sluice.proxy.S3Gate} is where a request meets its limits. The parts
 * have packages of their own: {@code http} (the request path), {@code s3} (what a request is about), {@code admin} (the
 * admin port).
 */
package dev.sluice.proxy;
