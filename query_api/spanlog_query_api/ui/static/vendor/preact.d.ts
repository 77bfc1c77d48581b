export * from "@preact/signals";
export * from "preact";
export * from "preact/hooks";
import type { VNode } from "preact";
export function html(strings: TemplateStringsArray, ...values: any[]): VNode<any>;
