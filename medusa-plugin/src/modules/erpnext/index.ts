import { Module } from "@medusajs/framework/utils"

import checkAtStart from "./loader"
import ErpnextService from "./service"

/** The service's name in Medusa's container. */
export const ERPNEXT = "erpnext"

export default Module(ERPNEXT, { service: ErpnextService, loaders: [checkAtStart] })
