from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0001_initial'),
    ]

    operations = [
        # Nothing says of the addresses kept so far what readers saw: none of them is hidden now.
        migrations.AddField(
            model_name='pastslug',
            name='was_public',
            field=models.BooleanField(default=True, editable=False, verbose_name='readers saw it'),
        ),
        migrations.AlterField(
            model_name='pastslug',
            name='was_public',
            field=models.BooleanField(default=False, editable=False, verbose_name='readers saw it'),
        ),
    ]
