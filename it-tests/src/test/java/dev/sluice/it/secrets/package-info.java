/** Whether anything that Sluice writes holds a credential. */
package dev.sluice.it.secrets;
