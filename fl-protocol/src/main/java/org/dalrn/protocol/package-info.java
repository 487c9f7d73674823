/** The wire between coordinator and node: messages, bulk chunks and request signing. */
package org.dalrn.protocol;
