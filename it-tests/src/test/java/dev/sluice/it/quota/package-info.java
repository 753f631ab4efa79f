/** The quota service as a process, alone and beside others. */
package dev.sluice.it.quota;
