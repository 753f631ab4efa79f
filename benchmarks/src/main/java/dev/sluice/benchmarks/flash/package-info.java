/**
 * A flash on idle sidecars: {@link dev.sluice.benchmarks.flash.FlashLoad} sends many times the limit to all of them from one
 * moment on, and {@link dev.sluice.benchmarks.flash.FlashUpstream} notes when each admitted request arrives behind them.
 * {@link dev.sluice.benchmarks.flash.FlashRun} counts the fullest sliding second.
 */
package dev.sluice.benchmarks.flash;
