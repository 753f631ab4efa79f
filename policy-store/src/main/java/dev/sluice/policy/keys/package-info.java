/**
 * Reads the key files of TLS and of the bus (CURVE), at the start and whenever they change.
 *
 * <pre>
 *   PEM files  -&gt; TlsFiles (PemParser, CertificateParser, PrivateKeyParser) -&gt; TlsIdentity
 *   PEM file   -&gt; AuthoritiesFile                                           -&gt; certificates
 *   Z85 files  -&gt; CurveFiles                                                -&gt; CurveKeys
 *
 *   CertificateSource, CurveSource: the same files as sources that are polled
 * </pre>
 */
@NullMarked
package dev.sluice.policy.keys;

import org.jspecify.annotations.NullMarked;
