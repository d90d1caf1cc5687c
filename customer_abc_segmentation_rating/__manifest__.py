{
    "name": "Customer ABC Segmentation: Ratings",
    "summary": "The satisfaction of customers comes from the ratings they give",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Customer Credit Suite contributors",
    "license": "LGPL-3",
    "depends": ["customer_abc_segmentation", "rating"],
    "auto_install": True,
}
