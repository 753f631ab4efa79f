/**
 * How clients are met: addresses in configuration files, the proxies whose word about clients is trusted, and the bounds on
 * what a client may do. Read from the section {@code listen} of sluice.conf.
 */
@NullMarked
package dev.sluice.policy.listen;

import org.jspecify.annotations.NullMarked;
