/** The S3 server that stands in for a gateway where there is none: in this JVM, in memory. */
@org.jspecify.annotations.NullMarked
package dev.sluice.demo.s3;
