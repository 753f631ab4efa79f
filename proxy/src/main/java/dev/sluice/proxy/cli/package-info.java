/** The command line. */
package dev.sluice.proxy.cli;
