// Bundles the Desk in place: node build.mjs ENGINE (the folder that holds frappe/), run where `npm ci` ran.
// Writes ENGINE/frappe/public/dist/{js,css}/NAME.HASH.{js,css}, which a bench serves as /assets/frappe/dist/…, and
// ENGINE/assets.json, which maps the bundles' names to those URLs. Each style sheet is mirrored too for languages that are written from
// right to left, as by `bench build`: …/dist/css-rtl/, "rtl_NAME.bundle.css".
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import esbuild from "esbuild";
import vue from "esbuild-plugin-vue3";
import rtlcss from "rtlcss";
import * as sass from "sass";

const engine = path.resolve(process.argv[2]);
const modules = path.resolve("node_modules");
const source = path.join(engine, "frappe", "public");
const out = path.join(source, "dist");
const SKIPPED = /(sentry|build_events|video_player|(form|workflow|print_format)_builder)\.bundle/; // not needed here

// "frappe/public/…" is a path in the engine; ".../node_modules/x" one in ours; /assets/… is left to the browser
function locate(name) {
	if (name.includes("node_modules/")) return path.join(modules, name.split("node_modules/")[1]);
	if (name.startsWith("~")) return path.join(modules, name.slice(1));
	if (name.startsWith("frappe/")) return path.join(engine, name);
	return null;
}

const paths = {
	name: "paths",
	setup(build) {
		build.onResolve({ filter: /^frappe\/|node_modules\// }, ({ path: name }) => ({ path: locate(name) }));
		build.onResolve({ filter: /^\/assets\// }, ({ path: name }) => ({ path: name, external: true }));
	},
};

// import "x.html" defines frappe.templates.x
const templates = {
	name: "templates",
	setup(build) {
		build.onLoad({ filter: /\.html$/ }, ({ path: file }) => {
			const text = fs.readFileSync(file, "utf8").replace(/<!--[\s\S]*?-->/g, "").replace(/\s*\n\s*/g, " ");
			const name = path.basename(file, ".html");
			return { contents: `frappe.templates[${JSON.stringify(name)}] = ${JSON.stringify(text)};` };
		});
	},
};

const styles = {
	name: "styles",
	setup(build) {
		const findFileUrl = (name) => (locate(name) ? pathToFileURL(locate(name)) : null);
		build.onLoad({ filter: /\.scss$/ }, ({ path: file }) => {
			const { css } = sass.compile(file, {
				importers: [{ findFileUrl }],
				loadPaths: [modules, path.join(source, "scss"), engine],
				logger: sass.Logger.silent,
			});
			return { contents: css, loader: "css", resolveDir: path.dirname(file) };
		});
	},
};

function bundle(entry) {
	return esbuild.build({
		entryPoints: [entry],
		bundle: true,
		write: false,
		minify: true,
		outdir: out,
		target: "es2020",
		nodePaths: [modules],
		alias: { vue: path.join(modules, "vue/dist/vue.esm-bundler.js") },
		define: {
			"process.env.NODE_ENV": '"production"',
			__VUE_OPTIONS_API__: "true",
			__VUE_PROD_DEVTOOLS__: "false",
			__VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
			global: "window",
		},
		plugins: [paths, templates, styles, vue()],
		external: ["svg", "png", "jpg", "gif", "woff", "woff2", "ttf", "eot"].map((kind) => `*.${kind}`),
		logLevel: "error",
	});
}

const entries = fs
	.readdirSync(source, { recursive: true })
	.filter((file) => /\.bundle\.(js|scss)$/.test(file) && !SKIPPED.test(file));
const manifest = {};

// Write a bundle into a folder of dist/; `prefix` is that of its name in the manifest.
function write(name, extension, contents, folder = extension, prefix = "") {
	const hash = crypto.createHash("sha256").update(contents).digest("hex").slice(0, 8);
	const bundled = `${folder}/${name}.bundle.${hash}.${extension}`;
	fs.mkdirSync(path.join(out, folder), { recursive: true });
	fs.writeFileSync(path.join(out, bundled), contents);
	manifest[`${prefix}${name}.bundle.${extension}`] = `/assets/frappe/dist/${bundled}`;
}

fs.rmSync(out, { recursive: true, force: true });
for (const entry of entries) {
	const { outputFiles } = await bundle(path.join(source, entry));
	for (const { path: file, contents } of outputFiles) {
		const extension = path.extname(file).slice(1);
		const name = path.basename(entry).replace(/\.bundle\..*/, "");
		write(name, extension, contents);
		if (extension === "css") write(name, extension, rtlcss.process(Buffer.from(contents).toString()), "css-rtl", "rtl_");
	}
}
fs.writeFileSync(path.join(engine, "assets.json"), JSON.stringify(manifest, null, "\t"));
console.log(`${entries.length} bundles`);
